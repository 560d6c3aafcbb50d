/// A moment as RFC 3339 text in UTC.
package struct UTCTime {
    package let unixMilliseconds: Int64

    package init(unixMilliseconds: Int64) {
        self.unixMilliseconds = unixMilliseconds
    }

    /// `2026-11-21T01:15:00.250Z`. The civil date by Howard Hinnant's days-from-civil algorithm, inverted.
    package var text: String {
        let (days, millisecondOfDay) = unixMilliseconds.quotientAndModulus(of: 86_400_000)
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndModulus(of: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let second = millisecondOfDay / 1000
        let date = "\(UTCTime.padded(year, 4))-\(UTCTime.padded(month, 2))-\(UTCTime.padded(day, 2))"
        let time =
            "\(UTCTime.padded(second / 3600, 2)):\(UTCTime.padded(second / 60 % 60, 2)):\(UTCTime.padded(second % 60, 2))"
        return "\(date)T\(time).\(UTCTime.padded(millisecondOfDay % 1000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
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
