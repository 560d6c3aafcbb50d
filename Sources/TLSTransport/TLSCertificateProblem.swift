/// Why a peer's certificate was not accepted.
package struct TLSCertificateProblem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Signed by nobody we trust.
        case unknownAuthority
        /// Signed by nobody but itself.
        case selfSigned
        case expired
        case notYetValid
        /// It holds other names than the one connected to.
        case wrongName
        case other
    }

    package let kind: Kind
    /// OpenSSL's words: "certificate has expired".
    package let reason: String
    /// Whether it is not the peer's own certificate but an authority's above it.
    package let isAuthority: Bool
    /// When it ended or begins, for `expired` and `notYetValid`: `2026-11-25 10:00:00Z`.
    package let bound: String?
    /// The names and addresses that the peer's own certificate holds.
    package let names: [String]
}
