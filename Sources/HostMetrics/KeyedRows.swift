internal import MetricModel

/// What a collector keeps between runs for each device, mount or field, found by the bytes of its name.
///
/// The kernel lists things in the same order nearly always, so the row after the one found last is tried first and
/// a look-up costs one comparison.
struct KeyedRows<Row> {
    struct Entry {
        let key: [UInt8]
        var row: Row
        fileprivate var lastRun: UInt64
    }

    private(set) var entries: [Entry] = []
    private var next = 0

    var count: Int { entries.count }

    subscript(index: Int) -> Row {
        get { entries[index].row }
        _modify { yield &entries[index].row }
    }

    /// Starts a walk from the first row.
    mutating func begin() { next = 0 }

    /// The row with this key, marked as seen in `run`.
    mutating func find(_ key: UnsafeRawBufferPointer, run: UInt64) -> Int? { place(of: key).map { mark($0, run) } }

    /// Where the row with this key is; for things that may come twice in a run, which `isSeen` tells before `mark`.
    func place(of key: UnsafeRawBufferPointer) -> Int? {
        if next < entries.count, key.isEqual(to: entries[next].key) { return next }
        return entries.firstIndex { key.isEqual(to: $0.key) }
    }

    /// Marks a row as seen in `run`, and goes on behind it.
    @discardableResult
    mutating func mark(_ index: Int, _ run: UInt64) -> Int {
        entries[index].lastRun = run
        next = index + 1
        return index
    }

    /// Adds a row, seen in `run`, at the place of the walk.
    mutating func insert(_ key: UnsafeRawBufferPointer, _ row: Row, run: UInt64) -> Int {
        let index = min(next, entries.count)
        entries.insert(Entry(key: Array(key), row: row, lastRun: run), at: index)
        next = index + 1
        return index
    }

    /// Whether a row with this key was seen in `run` already; the walk stays where it is.
    func isKnown(_ key: UnsafeRawBufferPointer, run: UInt64) -> Bool {
        entries.contains { $0.lastRun == run && key.isEqual(to: $0.key) }
    }

    /// Whether the row was seen in `run`.
    func isSeen(_ index: Int, run: UInt64) -> Bool { entries[index].lastRun == run }

    /// Marks a row as not seen, to be taken out.
    mutating func unsee(_ index: Int) { entries[index].lastRun = 0 }

    /// Takes the rows that were not seen in `run` out.
    mutating func removeUnseen(run: UInt64, _ body: (Row) -> Void) {
        guard entries.contains(where: { $0.lastRun != run }) else { return }
        for entry in entries where entry.lastRun != run { body(entry.row) }
        entries.removeAll { $0.lastRun != run }
    }

    /// Takes the rows that were not seen in this run out and gives their series back.
    mutating func forgetUnseen(_ output: inout CollectorOutput, series: (Row) -> [Series?]) {
        var ended: Set<Series> = []
        removeUnseen(run: output.run) { ended.formUnion(series($0).compactMap { $0 }) }
        output.forget(ended)
    }

    /// Takes all rows out and gives their series back.
    mutating func forgetAll(_ output: inout CollectorOutput, series: (Row) -> [Series?]) {
        output.forget(Set(entries.flatMap { series($0.row).compactMap { $0 } }))
        self = KeyedRows()
    }
}
