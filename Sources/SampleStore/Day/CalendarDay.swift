internal import MetricModel

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
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day), (0...9999).contains(year)
        else { return nil }
        number = Int64(CivilDate(year: year, month: month, day: day).daysSince1970)
        guard self.fileName == fileName else { return nil }
    }

    var firstUnixMilliseconds: Int64 { number * Self.millisecondCount }
    var lastUnixMilliseconds: Int64 { firstUnixMilliseconds + Self.millisecondCount - 1 }

    var unixMilliseconds: ClosedRange<Int64> { firstUnixMilliseconds...lastUnixMilliseconds }

    /// `YYYY-MM-DD.db`.
    var fileName: String {
        let date = CivilDate(daysSince1970: Int(number))
        let digits = { (value: Int, count: Int) in
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2)).db"
    }

    static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }
}
