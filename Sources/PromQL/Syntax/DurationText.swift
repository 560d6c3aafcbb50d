/// Durations as PromQL writes them.
package enum DurationText {
    /// The expression where there is one, else the fixed duration.
    static func of(_ milliseconds: Int64, or expression: DurationExpression?) -> String {
        expression?.description ?? of(milliseconds)
    }

    /// `90000` → `1m30s`. Years and weeks only where nothing remains.
    package static func of(_ milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        let units: [(String, Int64, isExact: Bool)] = [
            ("y", 31_536_000_000, true), ("w", 604_800_000, true), ("d", 86_400_000, false), ("h", 3_600_000, false),
            ("m", 60_000, false), ("s", 1000, false), ("ms", 1, false),
        ]
        var text = ""
        var rest = milliseconds
        for unit in units {
            if unit.isExact, rest % unit.1 != 0 { continue }
            let count = rest / unit.1
            if count > 0 {
                text += "\(count)\(unit.0)"
                rest -= count * unit.1
            }
        }
        return text
    }
}
