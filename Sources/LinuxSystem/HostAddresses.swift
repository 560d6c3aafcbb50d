internal import Glibc

/// A host name's addresses, asked of the system's resolver.
package enum HostAddresses {
    /// A name that the resolver could not turn into addresses.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The name that was asked for.
        package let host: String
        /// The resolver's words: `Name or service not known`.
        package let reason: String

        package var description: String { "\(host): \(reason)" }
    }

    /// The numeric addresses of `host`, IPv6 and IPv4, in the resolver's order and without repetition, at most
    /// `limit` of them. Blocks while the resolver works (seconds, without DNS), so it belongs on a dedicated thread.
    package static func resolve(_ host: String, limit: Int = 16) throws(Failure) -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, nil, &hints, &list)
        guard result == 0 else { throw Failure(host: host, reason: String(cString: gai_strerror(result))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next, addresses.count < limit {
            if let address = numeric(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        if addresses.isEmpty { throw Failure(host: host, reason: "no address") }
        return addresses
    }

    private static func numeric(_ entry: addrinfo) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            guard let base = buffer.baseAddress,
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, base, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
            else { return nil }
            return String(cString: base)
        }
    }
}
