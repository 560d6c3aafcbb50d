/// Walks a column of runs: a signed step, then how many samples it stands for, until every sample has one
/// (DESIGN.md, "Runs").
struct RunReader {
    /// Behind the column once `next` has answered nil.
    private(set) var reader: ByteReader
    private var left: Int

    init(_ reader: ByteReader, sampleCount: Int) {
        self.reader = reader
        left = sampleCount
    }

    mutating func next() throws(BatchRecordError) -> (step: Int64, count: Int)? {
        guard left > 0 else { return nil }
        let step = try reader.zigzag()
        let count = try reader.count("samples of one run", limit: left)
        guard count > 0 else { throw reader.damaged }
        left -= count
        return (step, count)
    }
}
