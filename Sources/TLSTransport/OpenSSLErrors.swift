internal import COpenSSL

/// OpenSSL's per-thread queue of errors.
enum OpenSSLErrors {
    /// Empties the queue: before each call whose failure will be looked up, since older errors stay in it.
    static func clear() { ERR_clear_error() }

    /// The words of the newest error, and the queue emptied.
    static func take() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return "no reason given" }
        if let reason = ERR_reason_error_string(code) { return String(cString: reason) }
        // Errors of the system have no words of their own here: libssl packs errno into the code.
        return "error \(code & 0x7F_FFFF)"
    }
}
