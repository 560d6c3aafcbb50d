internal import MetricModel

/// A moment as RFC 3339 text in UTC.
package struct UTCTime {
    package let unixMilliseconds: Int64

    package init(unixMilliseconds: Int64) {
        self.unixMilliseconds = unixMilliseconds
    }

    /// `2026-11-21T01:15:00.250Z`.
    package var text: String {
        let (days, millisecondOfDay) = unixMilliseconds.quotientAndModulus(of: 86_400_000)
        let date = CivilDate(daysSince1970: Int(days))
        let second = millisecondOfDay / 1000
        let dayText = "\(UTCTime.padded(date.year, 4))-\(UTCTime.padded(date.month, 2))-\(UTCTime.padded(date.day, 2))"
        let timeText =
            "\(UTCTime.padded(second / 3600, 2)):\(UTCTime.padded(second / 60 % 60, 2)):\(UTCTime.padded(second % 60, 2))"
        return "\(dayText)T\(timeText).\(UTCTime.padded(millisecondOfDay % 1000, 3))Z"
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// Division that rounds down, so that times before 1970 fall on the right day.
    fileprivate func quotientAndModulus(of divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
