/// A UTC day, counted from 1970-01-01, and the name of its file.
struct CalendarDay: Hashable, Comparable, Sendable {
    static let millisecondCount: Int64 = 86_400_000

    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    /// The day that a time is in.
    init(containing unixMilliseconds: Int64) {
        let quotient = unixMilliseconds / Self.millisecondCount
        number = unixMilliseconds % Self.millisecondCount < 0 ? quotient - 1 : quotient
    }

    /// The day of a file called `YYYY-MM-DD.db`.
    init?(fileName: String) {
        guard fileName.hasSuffix(".db") else { return nil }
        let parts = fileName.dropLast(3).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
            (1...12).contains(month), (1...31).contains(day), (0...9999).contains(year)
        else { return nil }
        number = Self.number(year, month, day)
        guard self.fileName == fileName else { return nil }
    }

    var firstUnixMilliseconds: Int64 { number * Self.millisecondCount }
    var lastUnixMilliseconds: Int64 { firstUnixMilliseconds + Self.millisecondCount - 1 }

    /// `YYYY-MM-DD.db`.
    var fileName: String {
        let (year, month, day) = date
        let digits = { (value: Int64, count: Int) in
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2)).db"
    }

    static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }

    // The proleptic Gregorian calendar in eras of 400 years whose years begin in March, so that the leap day is last.

    private static func number(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private var date: (year: Int64, month: Int64, day: Int64) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
