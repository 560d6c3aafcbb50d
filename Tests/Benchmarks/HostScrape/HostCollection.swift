import HostMetrics
import LinuxSystem
import MetricModel

/// A sampler and how long its collectors took.
struct HostCollection: ~Copyable {
    private var sampler: HostSampler
    private var durations: [String: [Double]] = [:]
    private(set) var sampleCount = 0

    init(_ settings: HostMetricsSettings) {
        sampler = HostSampler(settings: settings, scope: .init(.empty), seriesLimit: 10_000)
    }

    mutating func run() { sampleCount = collect().count }

    mutating func runAndNoteDurations() {
        for sample in collect() where sample.series.family.name == "node_scrape_collector_duration_seconds" {
            durations[sample.series.labelValues[0], default: []].append(sample.value)
        }
    }

    /// By collector, in seconds.
    func medianDurations() -> [String: Double] {
        durations.mapValues { times in times.sorted()[times.count / 2] }
    }

    private mutating func collect() -> [Sample] {
        let clock = ClockReading(
            bootID: BootID(high: 0, low: 0), bootNanoseconds: Clocks.bootNanoseconds(),
            unixMilliseconds: Clocks.unixMilliseconds(), isSynchronised: true)
        return sampler.collect(clock: clock).samples
    }
}
