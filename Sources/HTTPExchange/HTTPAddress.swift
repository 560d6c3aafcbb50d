/// Where a server listens: a TCP host and port, or a Unix socket's path.
package enum HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The host without brackets; port 0 lets the kernel choose.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Reads `127.0.0.1:9660`, `[::1]:9660`, `:9660` (all addresses) or `unix:/run/x.sock`; nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            // A socket's path has at most 107 bytes (sun_path, unix(7)).
            guard path.hasPrefix("/"), path.utf8.count <= 107 else { return nil }
            self = .unix(path: String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let portText = text[text.index(after: colon)...]
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isName = host.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"[]/,".utf8.contains($0) }
        guard isName, host.utf8.count <= 255 else { return nil }
        guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(portText), port <= 65535 else {
            return nil
        }
        self = .tcp(host: host.isEmpty ? "::" : String(host), port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
