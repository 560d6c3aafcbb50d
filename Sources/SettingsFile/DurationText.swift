/// Durations as settings write them: `15s`, `500ms`, `1h30m`, `30d`.
package enum DurationText {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ]

    /// Parses numbers with units `w d h m s ms us` in falling order, each at most once; `0` needs no unit.
    /// Nil for anything else, and past 292 years.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        var total: Int64 = 0
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[letters.endIndex...]
            guard let count = Int64(digits),
                let unit = units[nextUnit...].firstIndex(where: { $0.name == letters })
            else { return nil }
            nextUnit = unit + 1
            let (part, hasOverflown) = count.multipliedReportingOverflow(by: units[unit].nanoseconds)
            let (sum, sumHasOverflown) = total.addingReportingOverflow(part)
            guard !hasOverflown, !sumHasOverflown else { return nil }
            total = sum
        }
        return .nanoseconds(total)
    }

    /// The shortest form that `parse` reads back, rounded down to microseconds.
    package static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !rest.overflow else { return "\(seconds)s" }
        rest.partialValue += attoseconds / 1_000_000_000
        var nanoseconds = rest.partialValue
        var text = ""
        // Weeks are read but not written: 90d says more than 12w6d.
        for unit in units.dropFirst() where nanoseconds >= unit.nanoseconds {
            text += "\(nanoseconds / unit.nanoseconds)\(unit.name)"
            nanoseconds %= unit.nanoseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
