package import LinuxSystem
package import MetricModel

/// Where a collector puts its samples, and the buffer it reads files into.
package struct CollectorOutput: ~Copyable {
    /// Rises with each run of the sampler; lets sources be read once a run.
    package let run: UInt64
    /// When the run's samples count as taken.
    package let clock: ClockReading
    /// The collectors' common read buffer: valid until the next read.
    package let buffer: ReadBuffer
    /// Samples left out because the series table was full, since the sampler was made.
    package private(set) var refusedCount: UInt64
    private var table: SeriesTable
    /// The series asked for since `beginNotingSeries`.
    private var noted: Set<Series>?
    private(set) var batch: SampleBatch
    /// What is wrong and leaves the collector a success: for the log and for status.
    private(set) var remarks: [CollectorError] = []
    private static let remarkLimit = 16
    /// What lets a process read files that belong to another user.
    static let readRight = "CAP_DAC_READ_SEARCH"

    init(
        run: UInt64, clock: ClockReading, buffer: ReadBuffer, table: SeriesTable, refusedCount: UInt64, sampleCount: Int
    ) {
        self.run = run
        self.clock = clock
        self.buffer = buffer
        self.table = table
        self.refusedCount = refusedCount
        // Each series is given once a run, so the table's limit bounds the batch too.
        batch = SampleBatch(clock: clock, limit: table.limit)
        batch.reserveCapacity(sampleCount)
    }

    /// The series with these label values, or nil when there is no room for it. Costs arrays and hashing: a collector
    /// asks once and keeps the answer.
    package mutating func series(_ family: MetricFamily, _ labelValues: [String] = []) -> Series? {
        let series = table.series(family, labelValues)
        if let series { noted?.insert(series) }
        return series
    }

    /// From here on `series` is noted, for who has to give them back together.
    mutating func beginNotingSeries() { noted = [] }

    /// The series asked for since.
    mutating func endNotingSeries() -> Set<Series> {
        defer { noted = nil }
        return noted ?? []
    }

    /// Gives a sample; one of a series that there was no room for is counted.
    package mutating func append(_ series: Series?, _ value: Double) {
        guard let series else {
            refusedCount += 1
            return
        }
        batch.append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: value))
    }

    /// Says what is wrong where the collector is a success all the same: one of many files that is bad, a capability that
    /// is not there. At most 16 a run.
    package mutating func remark(_ error: CollectorError) {
        if remarks.count < Self.remarkLimit { remarks.append(error) }
    }

    /// Says that the file at `path` may not be read: the first of a run stands for the others.
    mutating func remarkRefusal(_ path: String) {
        let isSaid = remarks.contains { if case .notAllowed(_, Self.readRight) = $0 { true } else { false } }
        if !isSaid { remark(.notAllowed(what: "reading \(path)", needs: Self.readRight)) }
    }

    /// Gives the room of series that have ended back.
    package mutating func forget(_ ended: Set<Series>) {
        if !ended.isEmpty { table.removeAll { ended.contains($0) } }
    }

    /// Ends the run.
    consuming func finish() -> (
        batch: SampleBatch, table: SeriesTable, refusedCount: UInt64, remarks: [CollectorError]
    ) {
        (batch, table, refusedCount, remarks)
    }
}
