internal import COpenSSL

/// OpenSSL's per-thread queue of errors.
enum OpenSSLErrors {
    /// Alerts that the peer has sent are errors from this reason on (SSL_AD_REASON_OFFSET).
    private static let firstAlertReason: Int32 = 1000

    /// Empties the queue: before each call whose failure will be looked up, since older errors stay in it.
    static func clear() { ERR_clear_error() }

    /// The words of the newest error, and the queue emptied.
    static func take() -> String { takeIfAny() ?? "no reason given" }

    /// The same; nil where there is no error.
    static func takeIfAny() -> String? {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return nil }
        if let reason = ERR_reason_error_string(code) { return String(cString: reason) }
        // Errors of the system have no words of their own here: libssl packs errno into the code.
        return "error \(code & 0x7F_FFFF)"
    }

    /// The number of the alert that the newest error is about; nil where it is about none.
    static func alert() -> UInt8? {
        let reason = wayside_error_reason(ERR_peek_last_error())
        return reason < firstAlertReason ? nil : UInt8(exactly: reason - firstAlertReason)
    }
}
