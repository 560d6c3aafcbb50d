internal import Daemon

/// The `data` of a range query as a picture for a terminal: one series as a chart, several as a line each.
struct QueryChart {
    /// Characters across.
    static let columnCount = 64
    private static let rowCount = 8
    private static let listedSeries = 20
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    private let start: Int64
    private let end: Int64

    init(from start: Int64, through end: Int64) {
        self.start = start
        self.end = max(end, start + 1)
    }

    /// One series' values over the columns, nil where there was none.
    private struct Line {
        let name: String
        let columns: [Double?]
        let last: Double

        var values: [Double] { columns.compactMap { $0 }.filter(\.isFinite) }
        var least: Double { values.min() ?? 0 }
        var most: Double { values.max() ?? 0 }
    }

    func text(_ data: JSONValue) -> String {
        let lines = (data["result"]?.elements ?? []).map(line)
        guard !lines.isEmpty else { return "no series\n" }
        let picture = lines.count == 1 ? chart(lines[0]) : list(lines)
        let times = "\(UTCTime(unixMilliseconds: start).text) … \(UTCTime(unixMilliseconds: end).text)"
        return picture + times + "\n"
    }

    /// The last value of each column.
    private func line(_ series: JSONValue) -> Line {
        var columns = [Double?](repeating: nil, count: Self.columnCount)
        var last = Double.nan
        for sample in series["values"]?.elements ?? [] {
            guard let seconds = sample.elements.first?.number, let value = Double(sample.elements.last?.text ?? "")
            else { continue }
            let place = (seconds * 1000 - Double(start)) / Double(end - start) * Double(Self.columnCount - 1)
            guard place > -1, place < Double(Self.columnCount) else { continue }
            columns[min(max(0, Int(place.rounded())), Self.columnCount - 1)] = value
            last = value
        }
        return Line(name: QueryTable.name(series["metric"]), columns: columns, last: last)
    }

    /// Bars with the values at their side. The lowest is an eighth of a row high, so that it is not taken for a gap.
    private func chart(_ line: Line) -> String {
        let labels = (0..<Self.rowCount).map { row in
            let share = Double(row + 1) / Double(Self.rowCount)
            return Self.number(line.least * (1 - share) + line.most * share)
        }
        let width = labels.map(\.count).max() ?? 0
        let levels = line.columns.map { level($0, line.least, line.most, Self.rowCount * 8) }
        var text = line.name + "\n"
        for row in (0..<Self.rowCount).reversed() {
            let label = String(repeating: " ", count: width - labels[row].count) + labels[row]
            let cells = levels.map { level -> Character in
                guard let level, level > row * 8 else { return " " }
                return Self.blocks[min(level - row * 8, 8) - 1]
            }
            text += "\(label) ┤\(String(cells))\n"
        }
        return text + "\(String(repeating: " ", count: width)) └\(String(repeating: "─", count: Self.columnCount))\n"
    }

    private func list(_ lines: [Line]) -> String {
        let listed = lines.prefix(Self.listedSeries)
        let least = listed.map(\.least).min() ?? 0
        let most = listed.map(\.most).max() ?? 0
        var text = "all from \(Self.number(least)) to \(Self.number(most))\n"
        for line in listed {
            let cells = line.columns.map { value -> Character in
                guard let level = level(value, least, most, 8) else { return " " }
                return Self.blocks[level - 1]
            }
            text += "\(line.name)\n  \(String(cells))  last \(Self.number(line.last))\n"
        }
        if lines.count > listed.count { text += "… and \(lines.count - listed.count) more series\n" }
        return text
    }

    /// 1 to `levels`; nil where there is nothing to draw.
    private func level(_ value: Double?, _ least: Double, _ most: Double, _ levels: Int) -> Int? {
        guard let value, value.isFinite else { return nil }
        guard most > least else { return (levels + 1) / 2 }
        // Halves, because the whole difference may be past the largest number.
        let share = (value / 2 - least / 2) / (most / 2 - least / 2)
        return 1 + Int((share * Double(levels - 1)).rounded())
    }

    /// Four digits and a power of a thousand.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]
        let (unit, name) = units.first { value.magnitude >= $0.0 } ?? (1, "")
        let scaled = value / unit
        let factor: Double = scaled.magnitude >= 100 ? 10 : scaled.magnitude >= 1 ? 1000 : 10_000
        let rounded = (scaled * factor).rounded() / factor
        return (Int64(exactly: rounded).map { "\($0)" } ?? "\(rounded)") + name
    }
}
