internal import LinuxSystem
package import MetricModel

/// The enabled collectors and what they keep between runs: open files and series.
///
/// Used by one thread at a time. A failing collector takes nothing from another.
package struct HostSampler: ~Copyable {
    private struct Member {
        let name: String
        let collector: any HostCollector
        var success: Series?
        var duration: Series?
    }

    /// What went wrong in the last run, in the order of the collectors; empty when all is well.
    package private(set) var lastFailures: [CollectorFailure] = []
    /// Samples left out because more than `seriesLimit` series existed, since the start.
    package private(set) var refusedSampleCount: UInt64 = 0
    private var members: [Member]
    private var table: SeriesTable
    private var run: UInt64 = 0
    private var lastSampleCount = 0
    private let buffer = ReadBuffer()
    private let successFamily = MetricFamily(
        "node_scrape_collector_success", .gauge, help: "1 when the collector read all it knows of, else 0.",
        labels: ["collector"])
    private let durationFamily = MetricFamily(
        "node_scrape_collector_duration_seconds", .gauge, help: "How long the collector took in this scrape.",
        unit: "seconds", labels: ["collector"])

    /// Makes the collectors that `settings` enables; files are opened at the first `collect`.
    /// At most `seriesLimit` series exist at once.
    package init(settings: HostMetricsSettings, scope: SeriesScope, seriesLimit: Int) {
        let shared = SharedSources(roots: settings.roots)
        table = SeriesTable(scope: scope, limit: seriesLimit)
        members = settings.enabledCollectors.compactMap { name in
            HostCollectors.all.first { $0.name == name }.map { entry in
                Member(name: name, collector: entry.make(settings, shared))
            }
        }
    }

    /// How many series exist now.
    package var seriesCount: Int { table.count }

    /// Runs every collector. The samples' time is `clock`'s.
    package mutating func collect(clock: ClockReading) -> SampleBatch {
        run += 1
        lastFailures.removeAll(keepingCapacity: true)
        var output = CollectorOutput(
            run: run, clock: clock, buffer: buffer, table: table, refusedCount: refusedSampleCount,
            sampleCount: lastSampleCount)
        // The table now lives in the output; a second reference would make it copy itself at each new series.
        table = SeriesTable(scope: table.scope, limit: 0)
        for index in members.indices { collect(index, into: &output) }
        let result = output.finish()
        table = result.table
        refusedSampleCount = result.refusedCount
        lastSampleCount = result.batch.samples.count
        return result.batch
    }

    private mutating func collect(_ index: Int, into output: inout CollectorOutput) {
        let start = Clocks.monotonicNanoseconds()
        var success = 1.0
        do throws(CollectorError) {
            try members[index].collector.collect(into: &output)
        } catch {
            success = 0
            lastFailures.append(CollectorFailure(collector: members[index].name, error: error))
        }
        let nanoseconds = Clocks.monotonicNanoseconds() - start
        if members[index].success == nil {
            members[index].success = output.series(successFamily, [members[index].name])
            members[index].duration = output.series(durationFamily, [members[index].name])
        }
        output.append(members[index].duration, Double(nanoseconds) / 1e9)
        output.append(members[index].success, success)
    }
}
