/// Texts with a column for each processor, as /proc/interrupts and /proc/softirqs.
struct ProcessorTable {
    struct Line: Equatable {
        /// Before the colon.
        let name: Range<Int>
        /// Behind the numbers, without the spaces around it.
        let rest: Range<Int>
        /// Where the line's numbers begin in `values`.
        let firstValue: Int
    }

    /// The processors' numbers, from the headings.
    private(set) var processors: [Int] = []
    private(set) var lines: [Line] = []
    private(set) var values: [UInt64] = []

    /// Takes a new text in place of what is held. Lines with fewer numbers than processors are left out: they are sums.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        processors.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isLineDone() {
            guard cursor.take("CPU") else { throw cursor.damage("CPU and a number") }
            processors.append(try cursor.processor(after: processors.last))
        }
        guard !processors.isEmpty else { throw cursor.damage("a heading for each processor") }
        cursor.skipLine()
        while !cursor.isAtEnd {
            try parseLine(&cursor)
            cursor.skipLine()
        }
    }

    private mutating func parseLine(_ cursor: inout ByteCursor) throws(DamagedText) {
        if cursor.isLineDone() { return }
        let whole = cursor.restOfLine
        guard let colon = cursor.bytes[whole].firstIndex(of: UInt8(ascii: ":")), colon > whole.lowerBound else {
            throw cursor.damage("a name and a colon")
        }
        var columns = ByteCursor(cursor.bytes, from: colon + 1, to: whole.upperBound)
        let firstValue = values.count
        for _ in processors {
            if columns.isLineDone() {
                values.removeLast(values.count - firstValue)
                return
            }
            values.append(try columns.unsigned())
        }
        columns.skipSpaces()
        var end = whole.upperBound
        while end > columns.offset, cursor.bytes[end - 1] <= 0x20 { end -= 1 }
        lines.append(Line(name: whole.lowerBound..<colon, rest: columns.offset..<end, firstValue: firstValue))
    }
}
