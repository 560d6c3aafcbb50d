/// Where a private key is: a PEM file, or an OpenSSL store URI such as `pkcs11:object=gateway` or `file:/etc/key.pem`.
package struct TLSKeySource: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    /// Whether OpenSSL's store is to open it, with whatever provider the system's openssl.cnf has for its scheme.
    package let isURI: Bool

    package init(_ text: String) {
        self.text = text
        isURI = TLSKeySource.isURI(text)
    }

    /// What can be watched for changes; nil for a key in a token.
    var path: String? {
        guard isURI else { return text }
        guard text.hasPrefix("file:") else { return nil }
        let rest = text.dropFirst(5)
        return String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
    }

    /// As written, without the PIN that a PKCS#11 URI may hold (RFC 7512, 2.4).
    package var description: String {
        guard let pin = text.firstRange(of: "pin-value=") else { return text }
        let rest = text[pin.upperBound...].drop { $0 != "&" && $0 != ";" }
        return text[..<pin.upperBound] + "***" + rest
    }

    /// A scheme and a colon before any slash (RFC 3986, 3.1).
    package static func isURI(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isLetter else { return false }
        return text[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}
