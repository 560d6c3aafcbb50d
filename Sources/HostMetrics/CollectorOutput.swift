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
    private var given: GivenSeries
    /// What was given back while something else gave it, and may still: looked at again at the end of the next run.
    private var shared: Set<Series> = []
    /// The first series that came again, and how many values were left out for it.
    private var repeated: (series: Series, count: Int)?
    /// What is wrong and leaves the collector a success: for the log and for status.
    private(set) var remarks: [CollectorError] = []
    private static let remarkLimit = 16
    /// What lets a process read files that belong to another user.
    static let readRight = "CAP_DAC_READ_SEARCH"

    /// Takes the room in `memory` for its samples and that in `book` for what was given; they are given back when the
    /// collector is done.
    init(run: UInt64, clock: ClockReading, book: SeriesBook, memory: CollectorMemory) {
        self.run = run
        self.clock = clock
        self.buffer = memory.buffer
        self.book = book
        samples = memory.samples
        given = book.given
        // The only references are now the output's, so that nothing is copied.
        memory.samples = []
        book.given = GivenSeries()
        samples.removeAll(keepingCapacity: true)
    }

    /// The series with these label values, or nil when there is no room for it. Costs arrays and hashing: a collector
    /// asks once and keeps the answer.
    package mutating func series(_ family: MetricFamily, _ labelValues: [String] = []) -> Series? {
        let series = book.table.series(book.families.first(family), labelValues)
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
    ///
    /// A series has one value a run. Where a text says the same thing twice, as the kernel's do when something comes or
    /// goes while they are read, its first value stands and that is a remark: nothing else of the text is lost for it.
    package mutating func append(_ series: Series?, _ value: Double) {
        guard let series else {
            refusedCount += 1
            return
        }
        guard given.insert(series) else {
            repeated = (repeated?.series ?? series, (repeated?.count ?? 0) + 1)
            return
        }
        samples.append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: value))
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

    /// Gives the room of series that have ended back. One that has a value in this run has not: two things that the kernel
    /// calls almost the same may have one series.
    package mutating func forget(_ ended: Set<Series>) {
        if ended.isEmpty { return }
        for series in ended where given.contains(series) { shared.insert(series) }
        let gone = ended.subtracting(shared)
        if !gone.isEmpty { book.table.removeAll { gone.contains($0) } }
    }

    /// Ends the run.
    mutating func finish() {
        if let repeated {
            remark(.repeated(series: "\(repeated.series.fullLabels())", count: repeated.count))
        }
        let gone = book.shared.filter { !given.contains($0) }
        if !gone.isEmpty { book.table.removeAll { gone.contains($0) } }
        book.shared = shared
        given.removeAll()
        book.given = given
        given = GivenSeries()
    }
}
