import Daemon
import LinuxSystem
import Logging
import MetricModel
import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem
import Synchronization

@testable import WaysideAgent

/// A gateway whose clocks a test moves: the real buffer over a simulated disk, the real dispatcher with a receiver that
/// takes everything while it is reachable, and the clock desk that decides about time.
///
/// Each batch holds one sample whose value says when it was truly taken, in milliseconds of the story's own time; so
/// where the clock ends up right, a sample's time is its value.
final class TimeRig {
    final class Shifts: Sendable {
        let list = Mutex<[Int64]>([])
    }

    struct Delivered: Equatable {
        let unixMilliseconds: Int64
        let value: Int64
        let request: Int
    }

    static let url = "http://hub/api/v1/write"
    /// When the story begins, by a clock that is right.
    static let trueStart: Int64 = 1_795_223_700_000
    static let earliest: Int64 = 1_767_225_600_000

    let disk: SimulatedDisk
    private(set) var clock = SimulatedClock(unixMilliseconds: TimeRig.trueStart)
    private(set) var bootID = BootID(high: 1, low: 1)
    /// What a right clock would say now.
    private(set) var trueUnixMilliseconds = TimeRig.trueStart
    private(set) var buffer: AgentBuffer<SimulatedDisk>
    private(set) var desk: ClockDesk<SimulatedDisk>
    private(set) var dispatcher: Dispatcher<SimulatedDisk>
    private(set) var delivered: [Delivered] = []
    private(set) var requestCount = 0
    /// Bodies by the records they hold, to see whether one is sent again with other contents.
    private(set) var checksums: [ClosedRange<UInt64>: UInt32] = [:]
    var isReachable = true
    /// Whether the receiver refuses what is older than what it has, as Prometheus does.
    var refusesOldSamples = false
    private(set) var refusedCount = 0
    /// By how much the devices were told that the clock was set.
    let shifts = Shifts()
    private let waitForSync: Duration
    private let series = Series(
        family: MetricFamily("truth", .gauge, help: ""), scope: SeriesScope(["job": "node"]), labelValues: [])

    init(seed: UInt64 = 1, boot: SimulatedClock, waitForSync: Duration = .seconds(300)) throws {
        disk = SimulatedDisk(seed: seed)
        clock = boot
        self.waitForSync = waitForSync
        buffer = try TimeRig.open(disk)
        dispatcher = TimeRig.dispatcher(buffer, bootID)
        desk = ClockDesk(
            buffer: buffer, bootID: bootID, earliestUnixMilliseconds: TimeRig.earliest, waitForSync: waitForSync,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, devicesTold: { _, _ in })
        start()
    }

    private static func open(_ disk: SimulatedDisk) throws -> AgentBuffer<SimulatedDisk> {
        let settings = BufferSettings(byteCount: 1 << 20, maximumLoss: .seconds(15), segmentByteCount: 64 << 10)
        return try AgentBuffer(
            disk: disk, lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 9, low: 9), destinations: [url])
    }

    private static func dispatcher(
        _ buffer: AgentBuffer<SimulatedDisk>, _ bootID: BootID
    ) -> Dispatcher<SimulatedDisk> {
        Dispatcher(
            DispatchSettings(name: url, protocolChoice: .auto, bootID: bootID, batchForNanoseconds: 15_000_000_000),
            buffer: buffer)
    }

    /// What the agent does at its start, once its buffer is open.
    private func start() {
        desk = ClockDesk(
            buffer: buffer, bootID: bootID, earliestUnixMilliseconds: TimeRig.earliest, waitForSync: waitForSync,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            devicesTold: { [shifts] shift, _ in shifts.list.withLock { $0.append(shift) } })
        desk.observe(reading)
    }

    var reading: ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: clock.bootNanoseconds, unixMilliseconds: clock.unixMilliseconds,
            isSynchronised: clock.isSynchronised)
    }

    var time: BufferTime { buffer.status.time }

    /// Lets time pass in steps of a second: a batch every 15 s, a look at the clocks and what delivery wants each second.
    func run(seconds: Int, ticks: Bool = true) throws {
        for _ in 0..<seconds {
            advance(milliseconds: 1000)
            desk.observe(reading)
            if ticks, clock.bootNanoseconds / 1_000_000_000 % 15 == 0 { try tick() }
            try buffer.commitIfDue(bootNanoseconds: clock.bootNanoseconds)
            if clock.bootNanoseconds / 1_000_000_000 % 5 == 0 { try buffer.writeCursor() }
            deliver()
        }
    }

    func advance(milliseconds: Int64) {
        clock.advance(milliseconds: milliseconds)
        trueUnixMilliseconds += milliseconds
    }

    func setDrift(perMillion: Int64) { clock.driftPerMillion = perMillion }

    func setSynchronised(_ isSynchronised: Bool) { clock.isSynchronised = isSynchronised }

    /// Sets the wall clock; the agent sees it with its next look.
    func set(_ unixMilliseconds: Int64, isSynchronised: Bool) {
        clock.set(unixMilliseconds: unixMilliseconds, isSynchronised: isSynchronised)
    }

    func tick(clock reading: ClockReading? = nil) throws {
        var batch = SampleBatch(clock: reading ?? self.reading, limit: 10)
        let age = (clock.bootNanoseconds - batch.clock.bootNanoseconds) / 1_000_000
        batch.append(
            Sample(
                series, unixMilliseconds: batch.clock.unixMilliseconds, value: Double(trueUnixMilliseconds - age)))
        try buffer.append(batch)
    }

    /// The process ends and begins again: orderly, or killed, or with the power cut.
    func restart(cuttingPower: Bool = false, committing: Bool = false) throws {
        if committing { try buffer.commit() }
        if cuttingPower { disk.cutPower() }
        buffer = try TimeRig.open(disk)
        dispatcher = TimeRig.dispatcher(buffer, bootID)
        start()
    }

    /// The gateway reboots, `offSeconds` after it went off.
    func reboot(offSeconds: Int64, clockSays unixMilliseconds: Int64?, isSynchronised: Bool) throws {
        trueUnixMilliseconds += offSeconds * 1000
        bootID = BootID(high: 1, low: bootID.low + 1)
        clock = SimulatedClock(
            bootNanoseconds: 20_000_000_000, unixMilliseconds: unixMilliseconds ?? trueUnixMilliseconds,
            isSynchronised: isSynchronised)
        try restart()
    }

    func deliver() {
        while true {
            switch dispatcher.next(now: clock.bootNanoseconds, random: 0) {
            case .wait, .finished: return
            case .send(let request):
                guard isReachable else {
                    note(request)
                    dispatcher.failed("no route", now: clock.bootNanoseconds, random: 0)
                    return
                }
                take(request)
            }
        }
    }

    private func note(_ request: OutgoingRequest) {
        guard let records = request.records else { return }
        checksums[records.first...records.last] = records.checksum
    }

    private func take(_ request: OutgoingRequest) {
        note(request)
        var message: [UInt8] = []
        var columns = SampleColumns()
        do {
            try SnappyBlock.decompress(request.body, byteLimit: 1 << 24, into: &message)
            _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        } catch { fatalError("\(error)") }
        let newest = delivered.map(\.unixMilliseconds).max() ?? .min
        if refusesOldSamples, columns.unixMilliseconds.contains(where: { $0 <= newest }) {
            refusedCount += columns.sampleCount
            let answer = DeliveryResponse(status: 400, writtenSamples: 0, firstLine: "out of order sample")
            dispatcher.answered(answer, now: clock.bootNanoseconds, random: 0)
            return
        }
        requestCount += 1
        for index in 0..<columns.sampleCount {
            delivered.append(
                Delivered(
                    unixMilliseconds: columns.unixMilliseconds[index], value: Int64(columns.values[index]),
                    request: requestCount))
        }
        let answer = DeliveryResponse(status: 204, writtenSamples: Int64(columns.sampleCount))
        dispatcher.answered(answer, now: clock.bootNanoseconds, random: 0)
    }

    /// How far each delivered sample is from its true time.
    var errors: [Int64] { delivered.map { $0.unixMilliseconds - $0.value } }
}
