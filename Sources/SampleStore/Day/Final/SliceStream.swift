/// The stream of columns of values in a final file: one long run of bytes, cut into slices of equal length, a row each.
/// So no page is left half empty whatever the columns' lengths are.
final class SliceStream {
    private let database: Database
    private let sliceByteCount: Int
    private let read: Statement
    private let insert: Statement?
    /// The bytes that have not filled a slice yet, where the stream is being written.
    private var pending: [UInt8] = []
    private var writtenSlices = 0
    /// The slice that was read last: neighbours in the stream are asked for one after the other.
    private var lastSlice: (number: Int, bytes: [UInt8])?

    /// To read; `isWriting` to append to a new one.
    init(_ database: Database, sliceByteCount: Int, isWriting: Bool = false) throws(StoreError) {
        guard sliceByteCount > 0 else { throw .damaged(database.path, "slices of \(sliceByteCount) bytes") }
        self.database = database
        self.sliceByteCount = sliceByteCount
        read = try database.prepare("SELECT data FROM slices WHERE id = ?")
        insert = isWriting ? try database.prepare("INSERT INTO slices VALUES (?, ?)") : nil
    }

    var byteCount: Int { writtenSlices * sliceByteCount + pending.count }

    func append(_ bytes: [UInt8]) throws(StoreError) {
        pending += bytes
        while pending.count >= sliceByteCount {
            try write(Array(pending[..<sliceByteCount]), as: writtenSlices + 1)
            pending.removeFirst(sliceByteCount)
            writtenSlices += 1
        }
    }

    /// Writes what is left. Nothing can be appended then; `byteCount` stays what it is.
    func finish() throws(StoreError) {
        if !pending.isEmpty { try write(pending, as: writtenSlices + 1) }
    }

    private func write(_ slice: [UInt8], as number: Int) throws(StoreError) {
        guard let insert else { return }
        try insert.bind(1, Int64(number))
        try insert.bind(2, blob: slice)
        try insert.run()
    }

    /// Bytes of the stream; a range beyond its end is damage.
    func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            let slice = try slice(place / sliceByteCount)
            let start = place % sliceByteCount
            let end = min(slice.count, start + range.upperBound - place)
            guard start < end else { throw .damaged(database.path, "no values at \(place)") }
            result += slice[start..<end]
            place += end - start
        }
        return result
    }

    private func slice(_ index: Int) throws(StoreError) -> [UInt8] {
        if insert != nil, index == writtenSlices { return pending }
        if let lastSlice, lastSlice.number == index { return lastSlice.bytes }
        try read.bind(1, Int64(index + 1))
        defer { read.reset() }
        guard try read.step() else { throw .damaged(database.path, "no slice \(index + 1)") }
        let bytes = read.bytes(0)
        lastSlice = (index, bytes)
        return bytes
    }
}
