/// One value of one series at one time.
package struct Sample: Sendable {
    package let series: Series
    package let unixMilliseconds: Int64
    package let value: Double

    @inlinable
    package init(_ series: Series, unixMilliseconds: Int64, value: Double) {
        self.series = series
        self.unixMilliseconds = unixMilliseconds
        self.value = value
    }
}

/// The clocks at the moment a batch was taken, so that its samples can be placed in time later.
package struct ClockReading: Sendable, Hashable {
    /// The kernel's random id of this boot (`/proc/sys/kernel/random/boot_id`), 16 bytes as two words.
    package let bootID: BootID
    /// CLOCK_BOOTTIME in nanoseconds: monotonic, counts suspended time.
    package let bootNanoseconds: Int64
    /// CLOCK_REALTIME in milliseconds since 1970.
    package let unixMilliseconds: Int64
    /// Whether the kernel held the wall clock to be synchronised (adjtimex without STA_UNSYNC).
    package let isSynchronised: Bool

    package init(bootID: BootID, bootNanoseconds: Int64, unixMilliseconds: Int64, isSynchronised: Bool) {
        self.bootID = bootID
        self.bootNanoseconds = bootNanoseconds
        self.unixMilliseconds = unixMilliseconds
        self.isSynchronised = isSynchronised
    }
}

/// The identity of one boot of one machine, 128 bits in the order the kernel prints them.
package struct BootID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Samples taken together, at most `limit` of them, with the clocks they were taken by.
package struct SampleBatch: Sendable {
    package let clock: ClockReading
    package let limit: Int
    package private(set) var samples: [Sample]
    /// Bytes of the producer's own that are stored with the samples in one record, so that both survive or neither:
    /// what it needs to know those samples' sources again after a crash.
    package var annotation: [UInt8] = []
    /// How many samples were refused because the batch was full.
    package private(set) var refusedCount = 0

    /// `samples` are those that it holds already, no more than `limit`.
    package init(clock: ClockReading, limit: Int, samples: [Sample] = []) {
        precondition(samples.count <= limit)
        self.clock = clock
        self.limit = limit
        self.samples = samples
    }

    /// Adds a sample, or counts it as refused when the batch is full.
    package mutating func append(_ sample: Sample) {
        guard samples.count < limit else {
            refusedCount += 1
            return
        }
        samples.append(sample)
    }

    package mutating func reserveCapacity(_ count: Int) {
        samples.reserveCapacity(min(count, limit))
    }
}

extension SampleBatch {
    /// Adds a sample at the batch's own time; a series that `table` refuses is counted there and left out.
    package mutating func append(
        _ value: Double, of family: MetricFamily, _ labelValues: [String] = [], from table: inout SeriesTable
    ) {
        guard let series = table.series(family, labelValues) else { return }
        append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: value))
    }
}
