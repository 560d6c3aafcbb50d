/// Which column of which file was decoded.
struct ColumnKey: Hashable, Sendable {
    /// Of a file; what takes its place has another.
    let file: UInt64
    /// A column of times' number, or where values lie in the stream. Several series may have the same values there.
    let column: Int
    let byteCount: Int
    let count: Int

    init(file: UInt64, times column: Int) {
        (self.file, self.column, byteCount, count) = (file, column, 0, 0)
    }

    init(file: UInt64, values part: FinalPart, count: Int) {
        (self.file, column, byteCount, self.count) = (file, part.place, part.byteCount, count)
    }
}
