/// What the numbers of alerts mean (RFC 8446, 6.2).
enum TLSAlert {
    private static let handshakeFailure: UInt8 = 40
    private static let badCertificate: UInt8 = 42
    private static let certificateRequired: UInt8 = 116

    /// Whether a server that got no certificate says by it that it wants one: before TLS 1.3 there was no alert for
    /// that, and servers chose one of two others.
    static func asksForCertificate(_ alert: UInt8) -> Bool {
        [handshakeFailure, badCertificate, certificateRequired].contains(alert)
    }

    /// From bad_certificate to certificate_unknown, unknown_ca and access_denied.
    static func isAboutCertificate(_ alert: UInt8) -> Bool {
        (badCertificate...46).contains(alert) || alert == 48 || alert == 49 || alert == certificateRequired
    }
}
