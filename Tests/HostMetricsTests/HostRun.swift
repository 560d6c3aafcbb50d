import Exposition
import HostMetrics
import LinuxSystem
import MetricModel

/// One run of a sampler, and what it gave in a form that is easy to compare.
struct HostRun {
    let samples: [Sample]
    let failures: [CollectorFailure]

    /// Runs the collectors called `names` once.
    init(_ names: [String], roots: HostRoots = HostRoots(), _ change: (inout HostMetricsSettings) -> Void = { _ in }) {
        var settings = HostMetricsSettings(
            roots: roots, enable: names, disable: HostCollectors.names.filter { !names.contains($0) })
        change(&settings)
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 10_000)
        self.init(&sampler)
    }

    init(_ sampler: inout HostSampler, unixMilliseconds: Int64 = 1_700_000_000_123, bootNanoseconds: Int64 = 0) {
        samples =
            sampler.collect(
                clock: ClockReading(
                    bootID: BootID(high: 0, low: 0), bootNanoseconds: bootNanoseconds,
                    unixMilliseconds: unixMilliseconds,
                    isSynchronised: true)
            ).samples
        failures = sampler.lastFailures
    }

    /// `name{labels}` → value, without the sampler's own families.
    var values: [String: Double] {
        var result: [String: Double] = [:]
        for sample in samples where !sample.series.family.name.hasPrefix("node_scrape_") {
            result[sample.series.fullLabels().description] = sample.value
        }
        return result
    }

    /// `name{labels} value` lines in order, without the sampler's own families.
    var lines: [String] {
        samples.filter { !$0.series.family.name.hasPrefix("node_scrape_") }.map {
            "\($0.series.fullLabels()) \(GoNumberText.general($0.value))"
        }
    }

    /// The value of `node_scrape_collector_success` by collector.
    var success: [String: Double] {
        var result: [String: Double] = [:]
        for sample in samples where sample.series.family.name == "node_scrape_collector_success" {
            result[sample.series.labelValues[0]] = sample.value
        }
        return result
    }
}
