/// Where a broker is and whom to be there, read from `mqtt://[user[:password]@]host[:port]`.
package struct MQTTBrokerAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package var host: String
    package var port: Int
    package var userName: String?
    package var password: String?

    package init(host: String, port: Int = 1883, userName: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.userName = userName
        self.password = password
    }

    /// Reads a broker's URL. User name and password may be percent-encoded. `mqtts` is refused by name, because
    /// falling back to plain text would be worse than failing.
    package init(url: String) throws(MQTTError) {
        func refuse(_ reason: String) -> MQTTError {
            .unusableSetting(name: "broker URL", value: Self.withoutSecrets(url), reason: reason)
        }
        guard let schemeEnd = url.firstRange(of: "://") else { throw refuse("expected mqtt://host[:port]") }
        switch url[..<schemeEnd.lowerBound].lowercased() {
        case "mqtt": break
        case "mqtts": throw refuse("TLS to the broker is not supported by this version; use mqtt://")
        default: throw refuse("the scheme must be mqtt")
        }
        var rest = url[schemeEnd.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        if rest.contains(where: { "/?#".contains($0) }) { throw refuse("nothing may follow the port") }
        var userName: String?
        var password: String?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.percentDecoded(parts[0]), !name.isEmpty else { throw refuse("bad user name") }
            userName = name
            if parts.count == 2 {
                guard let secret = Self.percentDecoded(parts[1]) else { throw refuse("bad password encoding") }
                password = secret
            }
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = Self.hostAndPort(rest) else { throw refuse("expected host[:port], port 1 to 65535") }
        self.init(host: host, port: port, userName: userName, password: password)
    }

    /// The URL with a password replaced by `***`, for logs and errors.
    package static func withoutSecrets(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@"), let scheme = url.firstRange(of: "://"), scheme.upperBound < at else {
            return url
        }
        let user = url[scheme.upperBound..<at].prefix { $0 != ":" }
        return "\(url[..<scheme.upperBound])\(user):***\(url[at...])"
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int)? {
        var host = text
        var port = Substring("1883")
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { return nil }
                port = after.dropFirst()
            }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty, port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port),
            (1...65535).contains(number)
        else { return nil }
        return (String(host), number)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
