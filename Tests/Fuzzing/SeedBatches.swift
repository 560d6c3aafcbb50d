import MetricModel
import SimulatedSystem
import TestValues

/// Batches as seeds: some of everything that a samples record distinguishes.
enum SeedBatches {
    static let clock = ClockReading(
        bootID: BootID(high: 1, low: 2), bootNanoseconds: 3_000_000_000, unixMilliseconds: 1_795_203_419_717,
        isSynchronised: true)

    static func batch(seed: UInt64, count: Int) -> SampleBatch {
        var random = SeededRandom(seed: seed)
        let scope = SeriesScope(["instance": "gw-7", "job": "node", "site": "plant-3 \u{1F3ED}"])
        var table = SeriesTable(scope: scope, limit: 100)
        let families = (0..<4).map { number in
            MetricFamily(
                "metric_\(number)_total", MetricType.allCases[number], help: "Help \(number).",
                unit: number % 2 == 0 ? "" : "seconds", labels: (0..<number).map { "label_\($0)" })
        }
        let values: [Double] = [0, 1, -1, 0.1, 45.5, -0.0, .infinity, .nan, 1e15 + 0.5, 123_456_789, StaleMarker.value]
        var batch = SampleBatch(clock: clock, limit: count)
        batch.annotation = seed % 2 == 0 ? [] : [1, 2, 3]
        for index in 0..<count {
            let family = families[Int.random(in: 0..<4, using: &random)]
            let labels = family.labelNames.map { _ in "value-\(Int.random(in: 0..<3, using: &random))" }
            guard let series = table.series(family, labels) else { continue }
            let time = clock.unixMilliseconds + Int64(index / 3 * 1000)
            let value = values[Int.random(in: 0..<values.count, using: &random)]
            batch.append(Sample(series, unixMilliseconds: time, value: value))
        }
        return batch
    }

    /// The same as remote write's columns.
    static func columns(seed: UInt64, count: Int) -> SampleColumns {
        var columns = SampleColumns()
        columns.families = [
            SampleColumns.Family(name: "metric_1_total", type: .counter, help: "Help.", unit: "seconds")
        ]
        for (index, sample) in batch(seed: seed, count: count).samples.enumerated() {
            columns.beginRow(packedLabels: sample.series.fullLabels().packed, family: index % 2 == 0 ? 0 : -1)
            columns.append(unixMilliseconds: sample.unixMilliseconds, value: sample.value)
            if index % 3 == 0 { columns.append(unixMilliseconds: sample.unixMilliseconds + 1, value: -sample.value) }
        }
        return columns
    }
}
