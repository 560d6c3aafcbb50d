package import SettingsFile

/// `http: {listen: …}` as written; the address is checked, the port 0 asks for any free one.
package struct ListenSettings: Sendable {
    package let host: String
    package let port: Int

    /// Reads a section whose only key is `listen`.
    package struct Section: SettingsReadable {
        fileprivate let listen: (host: String, port: Int)?

        package init(from section: SettingsSection) {
            listen = section.value("listen", expected: "an address and a port such as 127.0.0.1:9660") {
                ListenSettings.parse($0)
            }
        }
    }

    package init(from section: Section, default defaultText: String) {
        guard let address = section.listen ?? ListenSettings.parse(defaultText) else {
            preconditionFailure("the default address is well formed")
        }
        host = address.host
        port = address.port
    }

    /// `host:port`, with an IPv6 address in brackets.
    static func parse(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }
}
