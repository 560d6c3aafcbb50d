/// Sums of times and counters that may come from a damaged record or a hostile device: they stop at a limit instead of
/// trapping.
package enum SafeSum {
    /// Times in nanoseconds are kept within this in state records, 73 years: a sum of three of them is still a number.
    package static let timeLimit: Int64 = 1 << 61 - 1
    /// Wall clock times in milliseconds are kept within this, as in messages.
    package static let unixLimit: Int64 = 1 << 53
    /// Counters stop here in state records, so that what is read can be counted on.
    package static let countLimit: UInt64 = 1 << 62 - 1

    package static func nanoseconds(milliseconds: Int64) -> Int64 {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return milliseconds < 0 ? -timeLimit : timeLimit }
        return clamped(product, timeLimit)
    }

    /// The sum of two times, within `timeLimit`.
    package static func time(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow { return left < 0 ? -timeLimit : timeLimit }
        return clamped(sum, timeLimit)
    }

    /// The sum of a wall clock time and a shift, within `unixLimit`.
    package static func unixTime(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow { return left < 0 ? -unixLimit : unixLimit }
        return clamped(sum, unixLimit)
    }

    package static func count(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    package static func clamped(_ time: Int64, _ limit: Int64) -> Int64 { min(max(time, -limit), limit) }
}
