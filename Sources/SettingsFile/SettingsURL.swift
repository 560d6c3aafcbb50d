/// An address in a settings file: `http://hub:9661/api/v1/write`, `mqtt://[::1]`.
package struct SettingsURL: Hashable, Sendable, CustomStringConvertible {
    package enum Failure: Error, Hashable, Sendable {
        /// Not of the form `scheme://host[:port][/path]`.
        case malformed
        case unknownScheme(String)
        /// A name or password before the host, which logs would show.
        case hasUserInfo
    }

    /// As written, which is safe to show: it holds no password.
    package let text: String
    package let scheme: String
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: Int?
    /// From the first slash on, query included; empty where there is none.
    package let path: String

    package var description: String { text }

    /// Stands in for an address that is missing, until that is reported.
    package static let none = SettingsURL()

    private init() {
        (text, scheme, host, port, path) = ("", "", "", nil, "")
    }

    package init(_ text: String, schemes: [String]) throws(Failure) {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), let separator = text.firstRange(ofText: "://") else {
            throw .malformed
        }
        scheme = text[..<separator.lowerBound].lowercased()
        guard schemes.contains(scheme) else { throw .unknownScheme(scheme) }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .hasUserInfo }
        self.text = text
        path = String(rest[authority.endIndex...])
        let portText: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .malformed }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            portText = authority[authority.index(after: end)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<colon])
            portText = authority[colon...]
        }
        guard !host.isEmpty else { throw .malformed }
        guard !portText.isEmpty else {
            port = nil
            return
        }
        guard portText.hasPrefix(":"), portText.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(portText.dropFirst()), (1...65535).contains(number)
        else { throw .malformed }
        port = number
    }
}

extension String {
    fileprivate func firstRange(ofText text: String) -> Range<String.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
