import BatchRecord
import LinuxSystem
import MetricModel
import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem

@testable import WaysideAgent

/// A buffer on a simulated disk, batches for it, and a destination that takes all it gets.
struct BufferFixture {
    static let boot = BootID(high: 1, low: 2)
    static let start: Int64 = 1_795_223_700_000
    private static let family = MetricFamily("temperature", .gauge, help: "Of a machine.", labels: ["machine"])
    private static let scope = SeriesScope(["instance": "gw-7", "job": "node"])
    /// As many series as a batch has samples.
    private static let series = (0..<40).map {
        Series(family: family, scope: scope, labelValues: ["number \($0) of the hall"])
    }

    let disk: SimulatedDisk
    var settings = BufferSettings(
        byteCount: 64 << 10, maximumLoss: .seconds(15), memoryByteCount: 64 << 10, segmentByteCount: 16 << 10)
    var destinations = ["hub"]

    init(seed: UInt64 = 1) { disk = SimulatedDisk(seed: seed) }

    static func clock(_ tick: Int) -> ClockReading {
        ClockReading(
            bootID: boot, bootNanoseconds: Int64(tick + 1) * 15_000_000_000,
            unixMilliseconds: start + Int64(tick) * 15_000, isSynchronised: true)
    }

    /// The 40 samples of a tick.
    static func batch(_ tick: Int, samples: Int = 40) -> SampleBatch {
        var batch = SampleBatch(clock: clock(tick), limit: 1000)
        for series in series.prefix(samples) {
            batch.append(
                Sample(
                    series, unixMilliseconds: batch.clock.unixMilliseconds,
                    value: Double(tick &* 2_654_435_761 % 100_003) / 7))
        }
        return batch
    }

    var origin: GapOrigin {
        GapOrigin(
            scope: SeriesScope(["instance": "gw-7", "job": "wayside-agent"]), clock: BufferFixture.clock(0))
    }

    func open(refuge: SimulatedDisk? = nil) throws -> AgentBuffer<SimulatedDisk> {
        try AgentBuffer(
            disk: disk, refuge: refuge, lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 1, low: 99), destinations: destinations, gaps: origin)
    }

    /// A buffer that begins without its flash.
    func openDetached(
        _ directory: LateDirectory, refuge: (@Sendable () -> SimulatedDisk?)? = nil
    ) throws -> AgentBuffer<SimulatedDisk> {
        try AgentBuffer(
            withoutDisk: disk, failure: LateDirectory.failure("open"), settings: settings, destinations: destinations,
            gaps: origin, random: { 77 }, attach: { try directory.attach() }, refuge: refuge)
    }

    /// The tick of each sample that the ring holds.
    static func ticks(_ buffer: AgentBuffer<SimulatedDisk>) throws -> [Int] {
        let stored = try contents(buffer).samples["temperature"] ?? []
        return stored.map { Int(($0.time - start) / 15_000) }
    }

    /// What `ticks` gives where none of the 40 samples of these ticks is missing.
    static func everySample(of ticks: Range<Int>) -> [Int] { ticks.flatMap { Array(repeating: $0, count: 40) } }

    /// The samples of every record of the ring, by name of the metric, and the records that stand alone.
    static func contents(
        _ buffer: AgentBuffer<SimulatedDisk>
    ) throws -> (samples: [String: [(time: Int64, value: Double, labels: String)]], alone: [RecordNumber]) {
        var samples: [String: [(time: Int64, value: Double, labels: String)]] = [:]
        var alone: [RecordNumber] = []
        let decoder = BatchRecordDecoder()
        try buffer.read { (ring) throws(RingError) in
            var dictionaries: [UInt64: SegmentDictionary] = [:]
            _ = try ring.read(from: 1, includingUncommitted: true) { header, bytes in
                var dictionary = dictionaries[header.segmentNumber] ?? SegmentDictionary()
                defer { dictionaries[header.segmentNumber] = dictionary }
                if header.kind == .dictionary { try? dictionary.add(bytes) }
                if header.kind == .samples {
                    if header.flags.contains(.alone) { alone.append(header.number) }
                    _ = try? decoder.decode(bytes, with: dictionary) { entry in
                        samples[entry.declaration.family.name, default: []].append(
                            (entry.unixMilliseconds, entry.value, "\(entry.declaration.labels)"))
                    }
                }
                return true
            }
        }
        return (samples, alone)
    }

    /// Delivers all there is, and answers how many samples were acknowledged and each request's records.
    static func deliver(
        _ buffer: AgentBuffer<SimulatedDisk>, at tick: Int
    ) -> (samples: UInt64, requests: [ClosedRange<RecordNumber>]) {
        var dispatcher = Dispatcher(
            DispatchSettings(
                name: "hub", protocolChoice: .only(.two), bootID: boot, batchForNanoseconds: 15_000_000_000),
            buffer: buffer)
        let now = clock(tick).bootNanoseconds + 60_000_000_000
        var requests: [ClosedRange<RecordNumber>] = []
        while case .send(let request) = dispatcher.next(now: now, random: 1) {
            if let records = request.records { requests.append(records.first...records.last) }
            dispatcher.answered(DeliveryResponse(status: 204, writtenSamples: 1_000_000), now: now, random: 1)
        }
        return (dispatcher.status.acknowledgedSamples, requests)
    }
}
