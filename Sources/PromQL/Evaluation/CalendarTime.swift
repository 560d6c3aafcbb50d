/// A moment's place in the Gregorian calendar, in UTC.
package struct CalendarTime {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// 0 is Sunday.
    package let weekday: Int
    /// From 1.
    package let dayOfYear: Int

    /// Splits seconds since 1970. Source of the day arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", civil_from_days.
    package init(unixSeconds: Int64) {
        let (wholeDays, remainder) = Int(unixSeconds).quotientAndRemainder(dividingBy: 86_400)
        let days = remainder < 0 ? wholeDays - 1 : wholeDays
        let rest = remainder < 0 ? remainder + 86_400 : remainder
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayFromMarch + 2) / 153
        day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = ((days % 7) + 11) % 7
        dayOfYear = days - CalendarTime.days(year: year, month: 1, day: 1) + 1
    }

    package var daysInMonth: Int {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return CalendarTime.days(year: next.0, month: next.1, day: 1)
            - CalendarTime.days(year: year, month: month, day: 1)
    }

    /// Days since 1970 of a date (days_from_civil of the same source).
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// As RFC 3339 with whole seconds: `1970-01-01T00:00:00Z`.
    package var text: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))Z"
    }

    /// What a calendar function gives for this time, or nil for other functions.
    func value(of function: QueryFunction) -> Double? {
        switch function {
        case .year: Double(year)
        case .month: Double(month)
        case .hour: Double(hour)
        case .minute: Double(minute)
        case .dayOfMonth: Double(day)
        case .dayOfWeek: Double(weekday)
        case .dayOfYear: Double(dayOfYear)
        case .daysInMonth: Double(daysInMonth)
        default: nil
        }
    }
}
