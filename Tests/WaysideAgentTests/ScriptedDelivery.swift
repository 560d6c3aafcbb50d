import LinuxSystem
import MetricModel
import RemoteWrite
import RingLog
import SettingsFile
import Shipping
import SimulatedSystem
import TestValues

@testable import WaysideAgent

/// A buffer on a simulated disk, a producer that ticks every 15 s, and one destination whose receiver follows a script.
final class ScriptedDelivery {
    static let second: Int64 = 1_000_000_000
    static let tickNanoseconds = 15 * second
    static let seriesCount = 20
    /// Wall-clock milliseconds at CLOCK_BOOTTIME 0: a midnight of UTC.
    static let wallAtBoot: Int64 = 20_000 * 86_400_000

    /// One sample as it arrived.
    struct Arrived: Hashable {
        let series: String
        let unixMilliseconds: Int64
        let value: UInt64
    }

    /// One request as it arrived, whatever was answered.
    struct Request {
        let records: RecordsHeader?
        let version: WireFormat
        let samples: [Arrived]
        let byteCount: Int
        let at: Int64
    }

    let disk: SimulatedDisk
    private(set) var buffer: AgentBuffer<SimulatedDisk>
    var settings: DispatchSettings
    private var dispatcher: DestinationDispatcher<SimulatedDisk>
    private(set) var now: Int64 = 100 * second
    private var nextTick: Int64 = 105 * second
    private(set) var produced: Set<Arrived> = []
    private(set) var requests: [Request] = []
    /// Samples of requests that were answered with 2xx, in the order of their arrival.
    private(set) var accepted: [Arrived] = []
    private(set) var notices: [DispatchNotice] = []
    /// What the receiver answers; nil for no connection.
    var answer: (Request) -> DeliveryResponse?
    /// How long an answer takes.
    var latency: Int64 = second / 10
    /// Samples of boards in each tick, so many a second.
    var boardSamplesPerSecond = 0
    private let destinations: [String]
    private let table = ScriptedDelivery.makeTable(job: "node")
    private let boards = ScriptedDelivery.makeTable(job: "devices")
    private var random: SeededRandom

    init(
        seed: UInt64, destinations: [String] = ["hub"], batchFor: Int64 = 15,
        _ change: (inout DispatchSettings) -> Void = { _ in }
    ) throws {
        self.destinations = destinations
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
        buffer = try ScriptedDelivery.open(disk, destinations)
        settings = DispatchSettings(
            name: destinations[0], protocolChoice: .auto, bootID: BootID(high: 1, low: 1),
            batchForNanoseconds: batchFor * Self.second)
        change(&settings)
        dispatcher = DestinationDispatcher(settings, buffer: buffer)
        answer = { ScriptedDelivery.hub($0) }
    }

    /// As a hub answers that takes everything.
    static func hub(_ request: Request, status: Int = 204) -> DeliveryResponse {
        let written = request.version == .writeRequest2 ? Int64(request.samples.count) : nil
        return DeliveryResponse(
            status: status, writtenSamples: status == 204 ? written : 0, acceptsOutOfOrder: true)
    }

    var status: DestinationStatus { dispatcher.status }
    var day: SendBudget.Day { dispatcher.day }
    var wall: Int64 { Self.wallAtBoot + now / 1_000_000 }
    var newestProduced: Int64 { produced.map(\.unixMilliseconds).max() ?? 0 }

    /// Samples that no 2xx has covered.
    var missing: Set<Arrived> { produced.subtracting(accepted) }

    /// Lets time pass, with ticks and deliveries.
    func run(ticks: Int, while goesOn: () -> Bool = { true }) throws {
        for _ in 0..<ticks where goesOn() {
            deliver(until: nextTick)
            try tick()
            nextTick += Self.tickNanoseconds
        }
        deliver(until: now + 2 * Self.second)
    }

    /// Time passes and nothing is produced.
    func rest(seconds: Int64) {
        deliver(until: now + seconds * Self.second)
        nextTick = max(nextTick, now)
    }

    /// The process is killed and started again.
    func restart(day: SendBudget.Day? = nil, writingCursor: Bool = false) throws {
        if writingCursor { try buffer.writeCursor() }
        buffer = try ScriptedDelivery.open(disk, destinations)
        dispatcher = DestinationDispatcher(settings, buffer: buffer, day: day)
    }

    /// Stops the dispatcher as an ending agent does.
    func stop() {
        dispatcher.stop()
        deliver(until: now + 60 * Self.second)
    }

    private func deliver(until end: Int64) {
        while now < end {
            let step = dispatcher.next(now: now, wall: wall, random: random.next())
            notices += dispatcher.takeNotices()
            switch step {
            case .finished:
                now = end
            case .wait(let time):
                now = min(max(time, now + 1), end)
            case .send(let outgoing):
                let request = receive(outgoing)
                requests.append(request)
                now += latency
                if let response = answer(request) {
                    if response.status / 100 == 2 { accepted += request.samples }
                    dispatcher.answered(response, now: now, wall: wall, random: random.next())
                } else {
                    dispatcher.failed("no connection", wasSent: false, now: now, wall: wall, random: random.next())
                }
            }
        }
    }

    private func receive(_ outgoing: OutgoingRequest) -> Request {
        var message: [UInt8] = []
        var columns = SampleColumns()
        do {
            try SnappyBlock.decompress(outgoing.body, byteLimit: 64 << 20, into: &message)
            switch outgoing.format {
            case .writeRequest1: _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
            case .writeRequest2: _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
            }
        } catch {
            preconditionFailure("the agent sent what cannot be read: \(error)")
        }
        let samples = columns.rows.flatMap { row in
            row.samples.map {
                Arrived(
                    series: "\(columns.labels(of: row))", unixMilliseconds: columns.unixMilliseconds[$0],
                    value: columns.values[$0].bitPattern)
            }
        }
        return Request(
            records: outgoing.records, version: outgoing.format, samples: samples, byteCount: outgoing.body.count,
            at: now)
    }

    private func tick() throws {
        let clock = ClockReading(
            bootID: settings.bootID, bootNanoseconds: now, unixMilliseconds: wall, isSynchronised: true)
        var batch = SampleBatch(clock: clock, limit: 100_000)
        for series in table { add(series, wall, &batch) }
        for index in (0..<(boardSamplesPerSecond * 15)).reversed() {
            let time = wall - Int64(index * 1000 / boardSamplesPerSecond)
            for series in boards.prefix(2) { add(series, time, &batch) }
        }
        try buffer.append(batch)
    }

    private func add(_ series: Series, _ time: Int64, _ batch: inout SampleBatch) {
        let value = Double(random.next() % 1000)
        batch.append(Sample(series, unixMilliseconds: time, value: value))
        produced.insert(
            Arrived(series: "\(series.fullLabels())", unixMilliseconds: time, value: value.bitPattern))
    }

    private static func makeTable(job: String) -> [Series] {
        let scope = SeriesScope(["instance": "gw-7", "job": job])
        let family = MetricFamily("\(job)_value", .gauge, help: "A value of \(job).", labels: ["n"])
        return (0..<seriesCount).map { Series(family: family, scope: scope, labelValues: ["\($0)"]) }
    }

    private static func open(_ disk: SimulatedDisk, _ destinations: [String]) throws -> AgentBuffer<SimulatedDisk> {
        let settings = try SettingsDocument.read(
            bytes: Array("{size: 2MiB, max_loss: 0s}".utf8), name: "test", as: BufferSettings.self)
        return try AgentBuffer(
            disk: disk, lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 8, low: 8), destinations: destinations)
    }
}
