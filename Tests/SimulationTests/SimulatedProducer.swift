import MetricModel
import SimulatedSystem

/// The producers of one run of the agent: a host with its collectors and devices with their sequence numbers.
struct SimulatedProducer {
    private static let host = MetricFamily("sim_host_value", .gauge, help: "A host's value.", labels: ["collector"])
    private static let device = MetricFamily(
        "sim_device_value", .counter, help: "A device's value.", unit: "seconds", labels: ["device_id", "sequence_of"])

    private let promises: Promises
    private var hostTable = SeriesTable(scope: SeriesScope(["job": "node", "instance": "gateway"]), limit: 10_000)
    private var deviceTable = SeriesTable(scope: SeriesScope(["job": "devices", "instance": "gateway"]), limit: 10_000)
    private var numbers: [ObjectIdentifier: Int32] = [:]

    init(_ promises: Promises) {
        self.promises = promises
    }

    /// What the collectors give: each series once, at the batch's time. Answers the serials too.
    mutating func hostBatch(seriesCount: Int, clock: ClockReading) -> (SampleBatch, Range<Int>) {
        var batch = SampleBatch(clock: clock, limit: 10_000)
        let first = promises.times.count
        for index in 0..<seriesCount {
            let name = "collector-\(index)-with-a-name-of-some-length"
            guard let series = hostTable.series(Self.host, [name]) else { continue }
            add(series, at: clock.unixMilliseconds, to: &batch)
        }
        return (batch, first..<promises.times.count)
    }

    /// What a few devices have sent since they were heard last: several samples each, up to the batch's time.
    mutating func deviceBatch(
        devices: Range<Int>, sampleCount: Int, clock: ClockReading, annotationByteCount: Int
    ) -> (SampleBatch, Range<Int>) {
        var batch = SampleBatch(clock: clock, limit: 10_000)
        let first = promises.times.count
        for index in devices {
            guard let series = deviceTable.series(Self.device, ["board-\(index)", "motor"]) else { continue }
            for step in 0..<sampleCount {
                add(series, at: clock.unixMilliseconds - Int64(sampleCount - 1 - step), to: &batch)
            }
        }
        batch.annotation = [UInt8](repeating: 7, count: annotationByteCount)
        return (batch, first..<promises.times.count)
    }

    private mutating func add(_ series: Series, at unixMilliseconds: Int64, to batch: inout SampleBatch) {
        let number = numbers[ObjectIdentifier(series)] ?? promises.number(of: series.fullLabels())
        numbers[ObjectIdentifier(series)] = number
        let serial = promises.makeSerial(series: number, unixMilliseconds: unixMilliseconds)
        batch.append(Sample(series, unixMilliseconds: unixMilliseconds, value: Promises.value(of: serial)))
    }
}
