internal import Glibc

/// The IPv4 and IPv6 addresses of the network interfaces that this process sees.
package enum InterfaceAddresses {
    package struct Entry {
        /// The interface's name, or the address's label (`eth0:1`), which begins with it.
        package let label: UnsafeRawBufferPointer
        /// 4 or 16 bytes as they are sent.
        package let address: UnsafeRawBufferPointer
        /// The leading bits that are the network's.
        package let prefixLength: Int

        package init(label: UnsafeRawBufferPointer, address: UnsafeRawBufferPointer, prefixLength: Int) {
            self.label = label
            self.address = address
            self.prefixLength = prefixLength
        }
    }

    /// Calls `body` for each address, in the kernel's order; the entry is valid within the call. Needs AF_NETLINK.
    package static func forEach(_ body: (Entry) -> Void) throws(SystemError) {
        var list: UnsafeMutablePointer<ifaddrs>?
        try retryingInterrupts("getifaddrs") { getifaddrs(&list) }
        defer { freeifaddrs(list) }
        var next = list
        while let interface = next {
            give(interface.pointee, body)
            next = interface.pointee.ifa_next
        }
    }

    private static func give(_ interface: ifaddrs, _ body: (Entry) -> Void) {
        guard let name = interface.ifa_name, let address = bytes(interface.ifa_addr),
            let mask = bytes(interface.ifa_netmask), mask.count == address.count
        else { return }
        body(
            Entry(
                label: UnsafeRawBufferPointer(start: name, count: strlen(name)), address: address,
                prefixLength: mask.reduce(0) { $0 + $1.nonzeroBitCount }))
    }

    /// The address in a socket's address; nil for other families, as of the interface's hardware.
    private static func bytes(_ pointer: UnsafeMutablePointer<sockaddr>?) -> UnsafeRawBufferPointer? {
        guard let pointer else { return nil }
        let offset: Int?
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET: offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)
        case AF_INET6: offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)
        default: offset = nil
        }
        let count = Int32(pointer.pointee.sa_family) == AF_INET ? 4 : 16
        return offset.map { UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + $0, count: count) }
    }

    /// `10.0.0.1`, `fe80::1`; empty for anything but 4 or 16 bytes.
    package static func text(_ address: UnsafeRawBufferPointer) -> String {
        guard address.count == 4 || address.count == 16, let start = address.baseAddress else { return "" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let family = address.count == 4 ? AF_INET : AF_INET6
            guard let base = buffer.baseAddress, inet_ntop(family, start, base, socklen_t(buffer.count)) != nil else {
                return ""
            }
            return String(cString: base)
        }
    }
}
