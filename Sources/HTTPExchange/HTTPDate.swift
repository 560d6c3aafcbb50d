internal import MetricModel

/// Dates of HTTP headers.
///
/// Source: RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`.
package enum HTTPDate {
    private static let dayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The date of a second since 1970, from year 0 to 9999, in the form that senders use: the first.
    package static func format(unixSeconds: Int64) -> String {
        let days = Int(unixSeconds.flooringDivision(by: 86_400))
        let second = Int(unixSeconds - Int64(days) * 86_400)
        let date = CivilDate(daysSince1970: days)
        let weekday = dayNames[((days % 7) + 7) % 7]
        return
            "\(weekday), \(two(date.day)) \(monthNames[date.month - 1]) \(two(date.year / 100))\(two(date.year % 100)) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    /// The seconds since 1970 of a date in any of the three forms; nil where it is none.
    package static func unixSeconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split(separator: " ")
        switch words.count {
        case 6 where words[5] == "GMT" && words[0].hasSuffix(","):
            return seconds(day: words[1], month: words[2], year: number(words[3], digits: 4...4), time: words[4])
        case 4 where words[3] == "GMT" && words[0].hasSuffix(","):
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, let year = number(date[2], digits: 2...2) else { return nil }
            // RFC 9110 puts a two-digit year at most 50 years ahead; this code is from 2026.
            return seconds(day: date[0], month: date[1], year: year + (year <= 76 ? 2000 : 1900), time: words[2])
        case 5: return seconds(day: words[2], month: words[1], year: number(words[4], digits: 4...4), time: words[3])
        default: return nil
        }
    }

    private static func seconds(day: Substring, month: Substring, year: Int?, time: Substring) -> Int64? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let year, let day = number(day, digits: 1...2), let month = monthNames.firstIndex(of: String(month)),
            parts.count == 3, let hour = number(parts[0], digits: 2...2), let minute = number(parts[1], digits: 2...2),
            let second = number(parts[2], digits: 2...2), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let date = CivilDate(year: year, month: month + 1, day: day)
        return Int64(date.daysSince1970) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}

extension Int64 {
    fileprivate func flooringDivision(by divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }
}
