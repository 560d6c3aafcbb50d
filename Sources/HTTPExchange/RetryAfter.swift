/// The value of a `Retry-After` header: a number of seconds, or a date.
///
/// Source: RFC 9110 §10.2.3 and §5.6.7 (all three forms of a date, as a recipient must).
package enum RetryAfter: Sendable, Hashable {
    case seconds(Int64)
    case date(unixSeconds: Int64)

    /// Reads a header's value; nil where it is neither form.
    package init?(_ text: String) {
        let trimmed = text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        if !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than fit mean "not in this life", which the caller's limit cuts down anyway.
            self = .seconds(Int64(trimmed) ?? .max)
        } else if let date = HTTPDate.unixSeconds(trimmed) {
            self = .date(unixSeconds: date)
        } else {
            return nil
        }
    }

    /// How long to wait, at least 0.
    ///
    /// - Parameters:
    ///   - now: the wall clock's seconds since 1970.
    ///   - responseDate: the answer's own `Date`. Where it is there, a date is counted from it, so that a gateway
    ///     whose clock stands in 1970 does not wait for 50 years.
    package func delaySeconds(nowUnixSeconds now: Int64, responseDateUnixSeconds responseDate: Int64?) -> Int64 {
        switch self {
        case .seconds(let seconds): return seconds
        case .date(let date):
            let (difference, overflow) = date.subtractingReportingOverflow(responseDate ?? now)
            return overflow ? 0 : max(0, difference)
        }
    }
}
