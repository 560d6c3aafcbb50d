/// Times as RFC 3339 writes them: `2026-11-20T12:00:00.25+01:00`.
enum InternetTime {
    /// Milliseconds since 1970; nil where it is no such time, or one before 1970. Digits beyond milliseconds are left out,
    /// and a space may stand for the T (section 5.6).
    static func unixMilliseconds(_ text: UnsafeRawBufferPointer, isUTCWithoutOffset: Bool) -> UInt64? {
        var cursor = Cursor(text: text)
        guard let year = cursor.digits(4), cursor.take("-"), let month = cursor.digits(2), cursor.take("-"),
            let day = cursor.digits(2), cursor.take("T") || cursor.take("t") || cursor.take(" "),
            let hour = cursor.digits(2), cursor.take(":"), let minute = cursor.digits(2), cursor.take(":"),
            let second = cursor.digits(2)
        else { return nil }
        guard (1...12).contains(month), day >= 1, day <= dayCount(year, month), hour < 24, minute < 60, second <= 60
        else { return nil }
        guard let milliseconds = cursor.fraction() else { return nil }
        guard let offset = cursor.offsetMinutes(isUTCWithoutOffset: isUTCWithoutOffset), cursor.isAtEnd else {
            return nil
        }
        let minutes = (days(year, month, day) * 24 + Int64(hour)) * 60 + Int64(minute) - Int64(offset)
        let unix = (minutes * 60 + Int64(second)) * 1000 + Int64(milliseconds)
        return unix < 0 ? nil : UInt64(unix)
    }

    private static func dayCount(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthOfYear = (month + 9) % 12
        let dayOfYear = (153 * monthOfYear + 2) / 5 + day - 1
        let leapDays = floor(shifted, 4) - floor(shifted, 100) + floor(shifted, 400)
        // 719,468 days are between 1 March of year 0 and 1970.
        return Int64(365 * shifted + leapDays + dayOfYear) - 719_468
    }

    private static func floor(_ year: Int, _ divisor: Int) -> Int {
        year >= 0 ? year / divisor : (year - divisor + 1) / divisor
    }

    private struct Cursor {
        let text: UnsafeRawBufferPointer
        var offset = 0

        var isAtEnd: Bool { offset == text.count }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard offset < text.count, text[offset] == UInt8(ascii: scalar) else { return false }
            offset += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int? {
            guard offset + count <= text.count else { return nil }
            var value = 0
            for index in offset..<offset + count {
                guard text[index] >= 0x30, text[index] <= 0x39 else { return nil }
                value = value * 10 + Int(text[index] - 0x30)
            }
            offset += count
            return value
        }

        /// The milliseconds behind the seconds; nil for a point without a digit.
        mutating func fraction() -> Int? {
            guard take(".") || take(",") else { return 0 }
            var value = 0
            var weight = 100
            let start = offset
            while offset < text.count, text[offset] >= 0x30, text[offset] <= 0x39 {
                value += weight * Int(text[offset] - 0x30)
                weight /= 10
                offset += 1
            }
            return offset > start ? value : nil
        }

        mutating func offsetMinutes(isUTCWithoutOffset: Bool) -> Int? {
            if take("Z") || take("z") { return 0 }
            if isAtEnd { return isUTCWithoutOffset ? 0 : nil }
            let isWest = take("-")
            guard isWest || take("+"), let hours = digits(2), hours < 24 else { return nil }
            // The colon is RFC 3339's; the basic form of ISO 8601 has none.
            _ = take(":")
            guard let minutes = digits(2), minutes < 60 else { return nil }
            return (hours * 60 + minutes) * (isWest ? -1 : 1)
        }
    }
}
