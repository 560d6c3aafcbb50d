import MetricModel
import RingLog
import SimulatedSystem
import TestValues

@testable import WaysideAgent

/// A gateway with its flash, its clock, its links and its receivers, and the agent's own code between them.
///
/// One seed is one history. After each operation the promises are checked; `violations` ends the history.
final class SimulatedWorld {
    /// 2026-11-26, whole minutes.
    private static let startUnixMilliseconds: Int64 = 1_795_651_200_000
    private static let traceLimit = 60

    var plan: SimulationPlan
    var random: SeededRandom
    let disk: SimulatedDisk
    /// The file system in memory, where the machine has one.
    let refuge: SimulatedDisk?
    let promises = Promises()
    let destinations: [SimulatedDestination]
    var clock: SimulatedClock
    var bootCount: UInt64 = 1
    /// Milliseconds since the beginning, over all boots.
    private(set) var worldMilliseconds: Int64 = 0
    var buffer: AgentBuffer<SimulatedDisk>?
    var producer: SimulatedProducer
    var keeper = KeeperRounds()
    var summary = SimulationSummary()
    var ringID: RingID?
    /// Gaps may name records without counting their samples: after a crash between the overwriting and the gap, and
    /// where the segment could not be opened any more.
    var isCountExcused = false
    /// The sizes before the last restart, until the first commit has removed what is too much.
    var allowedByteCount = 0
    /// Segments whose dictionary was damaged; a second damage might take the repetition.
    var damagedDictionaries: Set<UInt64> = []
    /// The first record of this run of the agent: its declarations are not those of the runs before.
    var firstRecordOfRun: RecordNumber = 1
    /// The disk has lied, so what was durable may be gone after a power cut.
    var hasDiskLied = false { didSet { promises.countsAreExact = !hasDiskLied } }
    /// How many faults the disk had had when flash was last seen to take writes; nil where it did not.
    var faultCountInHealth: Int?
    /// How the process ends where the disk's power goes in the middle of something.
    enum CrashManner {
        case powerCut
        case kill
    }
    /// Nil for either, as the dice fall.
    var crashManner: CrashManner?
    /// Whether an orderly stop is under way.
    var isStopping = false
    /// Whether this is the time at the end in which everything heals.
    var isHealing = false
    private(set) var trace: [String] = []

    init(_ plan: SimulationPlan) throws {
        self.plan = plan
        random = SeededRandom(seed: plan.seed)
        disk = SimulatedDisk(seed: plan.seed &+ 1)
        refuge = plan.hasRefuge ? SimulatedDisk(seed: plan.seed &+ 2, power: disk.power, isVolatile: true) : nil
        clock = SimulatedClock(
            bootNanoseconds: 20_000_000_000, unixMilliseconds: SimulatedWorld.startUnixMilliseconds)
        producer = SimulatedProducer(promises)
        destinations = plan.receivers.enumerated().map { index, kind in
            let receiver: any SimulatedReceiver =
                switch kind {
                case .hub: HubReceiver()
                case .prometheus: PrometheusReceiver(manner: plan.prometheusManner)
                case .plain: PlainReceiver(sampleLimit: plan.receiverSampleLimit)
                }
            return SimulatedDestination(
                kind.rawValue, receiver: receiver, seed: plan.seed &* 31 &+ UInt64(index) &+ 7)
        }
        allowedByteCount = plan.segmentByteCount * plan.segmentCount
        try start()
    }

    /// Runs the whole history and the time in which everything heals; answers what went wrong.
    static func run(_ plan: SimulationPlan) -> (summary: SimulationSummary, failure: String?) {
        do {
            let world = try SimulatedWorld(plan)
            for _ in 0..<plan.operationCount where world.promises.violations.isEmpty {
                try world.operate()
            }
            if world.promises.violations.isEmpty { try world.heal() }
            return (world.finished(), world.failure)
        } catch {
            var summary = SimulationSummary()
            summary.seeds = 1
            summary.violations = 1
            return (summary, "seed \(plan.seed): \(error)")
        }
    }

    func finished() -> SimulationSummary {
        summary.seeds = 1
        summary.diskFaults = disk.faultCount
        summary.samplesGiven = promises.times.count
        summary.samplesDelivered = destinations.reduce(0) { $0 + $1.receiver.receipts.storedCount }
        summary.samplesRefused = destinations.reduce(0) { $0 + $1.receiver.receipts.refused.count }
        summary.gaps = promises.gaps.count
        summary.violations = promises.violations.count
        return summary
    }

    /// What a person needs to see it again, or nil where nothing went wrong.
    var failure: String? {
        guard let first = promises.violations.first else { return nil }
        return "seed \(plan.seed), \(plan.operationCount) operations: \(first)\n  \(plan)\n  "
            + trace.joined(separator: "\n  ")
    }

    func note(_ text: @autoclosure () -> String) {
        if trace.count >= 2 * Self.traceLimit { trace.removeFirst(Self.traceLimit) }
        trace.append("[\(worldMilliseconds) ms, disk \(disk.operationCount)] \(text())")
    }

    // MARK: Time

    var now: Int64 { clock.bootNanoseconds }

    var reading: ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: clock.bootNanoseconds, unixMilliseconds: clock.unixMilliseconds,
            isSynchronised: clock.isSynchronised)
    }

    var bootID: BootID { BootID(high: plan.seed, low: bootCount) }

    func pass(milliseconds: Int64) {
        worldMilliseconds += milliseconds
        clock.advance(milliseconds: milliseconds)
    }

    // MARK: One operation

    func operate() throws {
        summary.operations += 1
        pass(milliseconds: 10)
        if random.oneIn(plan.endEvery) {
            try end()
        } else if plan.diskFaultEvery > 0 && random.oneIn(plan.diskFaultEvery) {
            breakDisk()
        } else if random.oneIn(plan.weatherEvery) {
            changeWeather()
        } else if plan.flipsBits && random.oneIn(40) {
            try flipBit()
        } else {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: appendHost()
            case 4..<7: appendDevices()
            case 7: passSome(limit: 2000)
            case 8: passSome(limit: 20_000)
            default: passSome(limit: 120_000)
            }
        }
        try settle()
    }

    func passSome(limit: Int64) {
        let time = Int64.random(in: 1...limit, using: &random)
        note("\(time) ms pass")
        pass(milliseconds: time)
    }

    func appendHost() {
        let (batch, serials) = producer.hostBatch(seriesCount: plan.hostSeriesCount, clock: reading)
        note("host batch of \(serials)")
        append(batch, serials, committing: false)
    }

    func appendDevices() {
        let first = Int.random(in: 0..<plan.deviceCount, using: &random)
        let last = Int.random(in: first..<plan.deviceCount, using: &random)
        let (batch, serials) = producer.deviceBatch(
            devices: first..<last + 1, sampleCount: Int.random(in: 1...3, using: &random), clock: reading,
            annotationByteCount: random.oneIn(2) ? Int.random(in: 0...900, using: &random) : 0)
        note("device batch of \(serials)")
        append(batch, serials, committing: true)
    }

    private func append(_ batch: SampleBatch, _ serials: Range<Int>, committing: Bool) {
        guard let buffer else { return }
        let next = buffer.status.lastRecord + 1
        func take(outlivesKill: Bool) {
            promises.take(
                serials, records: next...max(next, buffer.status.lastRecord), bootNanoseconds: now,
                outlivesKill: outlivesKill)
        }
        do throws(AgentBufferError) {
            let isDurable = committing ? try buffer.store(batch).isDurable : false
            if !committing { try buffer.append(batch) }
            take(outlivesKill: disk.isPowered && buffer.status.problem.isEmpty)
            if isDurable {
                acknowledgeAll()
            }
        } catch {
            note("  \(error)")
            if case .notAppended = error {
                buffer.noteUnwritable(batch.samples.count)
            } else {
                take(outlivesKill: false)
            }
        }
        scan()
    }

    func scan() {
        guard let buffer, disk.isPowered else { return }
        do {
            var failure: (any Error)?
            try buffer.read { (ring) throws(RingError) in
                do { try promises.scan(ring, isCountExcused: isCountExcused) } catch { failure = error }
            }
            if let failure { throw failure }
            if disk.openErrorNumber == nil && buffer.status.problem.isEmpty { isCountExcused = false }
        } catch {
            note("  the ring cannot be read: \(error)")
        }
    }

    /// Lets everything happen that is due, then checks.
    func settle() throws {
        if disk.isPowered { keep() }
        for destination in destinations where disk.isPowered { pump(destination) }
        if !disk.isPowered { return try crash() }
        scan()
        check()
        noteHealth()
    }
}
