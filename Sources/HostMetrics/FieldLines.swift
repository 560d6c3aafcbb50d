/// Texts of lines with a name and a number, as /proc/vmstat.
enum FieldLines {
    /// The names' places and the numbers, in the text's order.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into names: inout [Range<Int>], _ values: inout [Double]
    ) throws(DamagedText) {
        names.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let name = cursor.column()
            guard !name.isEmpty else { throw cursor.damage("a field's name") }
            values.append(try cursor.number())
            names.append(name)
            guard cursor.isLineDone() else { throw cursor.damage("the line's end") }
            cursor.skipLine()
        }
    }
}
