import MetricModel

/// What many tests use.
enum BatchFixture {
    static let clock = ClockReading(
        bootID: BootID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210), bootNanoseconds: 1_000_000_007,
        unixMilliseconds: 1_795_203_419_717, isSynchronised: true)

    /// Series of one family, `m{name="<prefix><number>"}`.
    static func series(_ count: Int, prefix: String = "value-") -> [Series] {
        let family = MetricFamily("m", .gauge, help: "Help.", labels: ["name"])
        let scope = SeriesScope(["job": "j"])
        return (0..<count).map { Series(family: family, scope: scope, labelValues: ["\(prefix)\($0)"]) }
    }

    static func batch(_ series: some Collection<Series>, _ value: (Int) -> Double = { Double($0) }) -> SampleBatch {
        var batch = SampleBatch(clock: clock, limit: series.count)
        for (index, series) in series.enumerated() {
            batch.append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: value(index)))
        }
        return batch
    }
}
