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
    /// Samples left out in this run because the series table was full.
    package private(set) var refusedCount: UInt64 = 0
    private let book: SeriesBook
    /// The series asked for since `beginNotingSeries`.
    private var noted: Set<Series>?
    /// What was given. The table's limit bounds it too, because each series is given once a run.
    private(set) var samples: [Sample]
    /// What is wrong and leaves the collector a success: for the log and for status.
    private(set) var remarks: [CollectorError] = []
    private static let remarkLimit = 16

    /// Takes the room in `memory` for its samples; it is given back when the collector is done.
    init(run: UInt64, clock: ClockReading, book: SeriesBook, memory: CollectorMemory) {
        self.run = run
        self.clock = clock
        self.buffer = memory.buffer
        self.book = book
        samples = memory.samples
        // The only reference is now the output's, so that the array is not copied.
        memory.samples = []
        samples.removeAll(keepingCapacity: true)
    }

    /// The series with these label values, or nil when there is no room for it. Costs arrays and hashing: a collector
    /// asks once and keeps the answer.
    package mutating func series(_ family: MetricFamily, _ labelValues: [String] = []) -> Series? {
        let series = book.table.series(family, labelValues)
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
        samples.append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: value))
    }

    /// Says what is wrong where the collector is a success all the same: one of many files that is bad, a capability that
    /// is not there. At most 16 a run.
    package mutating func remark(_ error: CollectorError) {
        if remarks.count < Self.remarkLimit { remarks.append(error) }
    }

    /// Gives the room of series that have ended back.
    package mutating func forget(_ ended: Set<Series>) {
        if !ended.isEmpty { book.table.removeAll { ended.contains($0) } }
    }
}
