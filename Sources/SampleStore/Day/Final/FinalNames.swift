/// Where in the ascending names of metrics' rows runs begin whose names have a beginning in common, which is then kept
/// once a run.
enum FinalNames {
    /// Rows in a run, at most, and their bytes: who wants the beginning of a name goes back through so much.
    static let rowLimit = 32
    static let byteLimit = 4096

    /// Of each row the bytes of its name that are in the run's beginning, and whether it is the run's first. The choice
    /// is the one with the fewest bytes; `weights` are the bytes of the rows' series.
    static func runs(_ names: [[UInt8]], weights: [Int]) -> [(prefixByteCount: Int, isFirst: Bool)] {
        // The least bytes of the first n names, and where the last run of theirs begins.
        var least = [0]
        var starts = [0]
        for end in 1..<(names.count + 1) {
            var (common, bytes, weight) = (names[end - 1].count, 0, 0)
            var best = (cost: Int.max, start: end - 1)
            for start in (max(0, end - rowLimit)..<end).reversed() {
                weight += weights[start]
                if weight > byteLimit, start < end - 1 { break }
                common = min(common, commonByteCount(names[start], names[end - 1]))
                bytes += names[start].count
                let cost = least[start] + bytes - common * (end - start) + common
                if cost < best.cost { best = (cost, start) }
            }
            least.append(best.cost)
            starts.append(best.start)
        }
        var rows = [(prefixByteCount: Int, isFirst: Bool)](repeating: (0, false), count: names.count)
        var end = names.count
        while end > 0 {
            let start = starts[end]
            // The names ascend, so what the first and the last have in common all have; one alone is left whole.
            let common = end - start > 1 ? commonByteCount(names[start], names[end - 1]) : 0
            for row in start..<end { rows[row] = (common, row == start) }
            end = start
        }
        return rows
    }

    /// Bytes that both begin with, whole characters only: both halves of a name are texts.
    private static func commonByteCount(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var count = zip(left, right).prefix { $0 == $1 }.count
        let isInside = { (name: [UInt8]) in count < name.count && name[count] & 0xc0 == 0x80 }
        while count > 0, isInside(left) || isInside(right) { count -= 1 }
        return count
    }
}
