package import MetricModel

/// A moment's place in the Gregorian calendar, in UTC.
package struct CalendarTime {
    package let date: CivilDate
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// 0 is Sunday.
    package let weekday: Int
    /// From 1.
    package let dayOfYear: Int

    /// Splits seconds since 1970.
    package init(unixSeconds: Int64) {
        let (wholeDays, remainder) = Int(unixSeconds).quotientAndRemainder(dividingBy: 86_400)
        let days = remainder < 0 ? wholeDays - 1 : wholeDays
        let rest = remainder < 0 ? remainder + 86_400 : remainder
        date = CivilDate(daysSince1970: days)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = ((days % 7) + 11) % 7
        dayOfYear = days - CivilDate(year: date.year, month: 1, day: 1).daysSince1970 + 1
    }

    /// As RFC 3339 with whole seconds: `1970-01-01T00:00:00Z`.
    package var text: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let dayText = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        return "\(dayText)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))Z"
    }

    /// What a calendar function gives for this time, or nil for other functions.
    func value(of function: QueryFunction) -> Double? {
        switch function {
        case .year: Double(date.year)
        case .month: Double(date.month)
        case .hour: Double(hour)
        case .minute: Double(minute)
        case .dayOfMonth: Double(date.day)
        case .dayOfWeek: Double(weekday)
        case .dayOfYear: Double(dayOfYear)
        case .daysInMonth: Double(date.daysInMonth)
        default: nil
        }
    }
}
