/// Why a request's credentials were not taken. The raw values are the label `reason` of a metric.
package enum AccessRefusal: String, CaseIterable, Sendable {
    /// There are none.
    case missing
    /// They cannot be read, or are of a kind that this listener has no names for.
    case unreadable
    /// No such user, or another password.
    case wrongPassword = "wrong_password"
    /// No such token.
    case wrongToken = "wrong_token"
    /// Too many passwords are being checked already; nothing is said about these.
    case busy
    /// The system's crypt(3) cannot compute bcrypt.
    case unavailable
}
