/// An address to send requests to.
package struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case malformed
        case unknownScheme(String)
        case hasUserInfo

        package var description: String {
            switch self {
            case .malformed: "not of the form http://host:port/path"
            case .unknownScheme(let scheme): "\"\(scheme)\" is neither http nor https"
            case .hasUserInfo:
                "a name or password in an address would show in logs; give them apart from it"
            }
        }
    }

    /// Where the connection goes.
    package enum Destination: Hashable, Sendable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package let destination: Destination
    package let isTLS: Bool
    /// Path and query as they go onto the wire; begins with a slash.
    package let target: String
    /// The `Host` field's value: the port is left out where it is the scheme's own.
    package let authority: String

    /// Parses `http://host:port/path?query` or `https://…`; the host may be a bracketed IPv6 address.
    package init(_ text: String) throws(Failure) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        let rest = text.dropFirst(scheme.count)
        guard rest.hasPrefix("://"), text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw .malformed }
        guard scheme == "http" || scheme == "https" else { throw .unknownScheme(scheme) }
        let afterScheme = rest.dropFirst(3)
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .hasUserInfo }
        isTLS = scheme == "https"
        let (host, port) = try HTTPURL.split(authority, defaultPort: isTLS ? 443 : 80)
        destination = .tcp(host: host, port: port)
        let shownHost = host.contains(":") ? "[\(host)]" : host
        self.authority = port == (isTLS ? 443 : 80) ? shownHost : "\(shownHost):\(port)"
        let target = afterScheme[authority.endIndex...].prefix { $0 != "#" }
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// A target on a Unix socket: how `status` talks to its own agent.
    package init(unixSocket path: String, target: String) {
        precondition(target.hasPrefix("/"), "a target begins with a slash")
        destination = .unix(path: path)
        isTLS = false
        self.target = target
        authority = "localhost"
    }

    /// Where it connects to, for errors: `hub:9661`, or the socket's path.
    var shownDestination: String {
        switch destination {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    package var description: String {
        if case .unix(let path) = destination { return "unix:\(path):\(target)" }
        return (isTLS ? "https://" : "http://") + authority + target
    }

    private static func split(
        _ authority: Substring, defaultPort: Int
    ) throws(Failure) -> (host: String, port: Int) {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .malformed }
            host = authority[..<end].dropFirst()
            rest = authority[authority.index(after: end)...]
            guard host.contains(":") else { throw .malformed }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard !host.isEmpty, host.utf8.count <= 255 else { throw .malformed }
        // "http://host:/" is allowed by RFC 3986 and means the scheme's own port.
        if rest.isEmpty || rest == ":" { return (String(host), defaultPort) }
        guard rest.hasPrefix(":"), rest.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(rest.dropFirst()), (1...65535).contains(port)
        else { throw .malformed }
        return (String(host), port)
    }
}
