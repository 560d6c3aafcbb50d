internal import Synchronization

/// What queries have decoded of day files lately, of all files together.
final class DecodedColumns: Sendable {
    let times: ColumnCache<Int64>
    let values: ColumnCache<Double>
    private let lastFile = Atomic<UInt64>(0)

    /// Times are shared by many series, so they get the smaller part.
    init(byteLimit: Int = 0) {
        times = ColumnCache(byteLimit: byteLimit / 8)
        values = ColumnCache(byteLimit: byteLimit - byteLimit / 8)
    }

    /// A number that no other file has, from 1.
    func numberForFile() -> UInt64 { lastFile.add(1, ordering: .relaxed).newValue }

    func remove(file: UInt64) {
        times.remove(file: file)
        values.remove(file: file)
    }
}
