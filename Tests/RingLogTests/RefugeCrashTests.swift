import LinuxSystem
import SimulatedSystem
import TestValues
import Testing

@testable import RingLog

/// Histories with a refuge and the process killed, or the power cut, before every operation of either disk.
@Suite struct RefugeCrashTests {
    enum Step {
        case append(Int)
        case commit
        case acknowledge
    }

    enum End: CaseIterable {
        case kill
        case powerCut
    }

    private static let history: [Step] =
        [.append(100), .append(200), .commit, .append(5000), .append(3), .append(40), .commit, .acknowledge]
        + (0..<7).flatMap { lap in [.append(3000 + lap * 300), .append(1), .append(900), .commit] as [Step] }
        + [.append(5000), .append(5000), .append(5000), .append(700), .append(0)]

    private static func settings() -> RingSettings { RingModel.settings(segmentCount: 3) }

    /// Runs steps, each append written through, until the process is killed.
    private static func run(_ log: RingLog<SimulatedDisk>, _ model: inout RingModel) throws {
        try log.addDestination("hub")
        for step in history {
            do throws(RingError) {
                switch step {
                case .append(let byteCount):
                    try model.append(to: log, byteCount: byteCount)
                    try model.writeThrough(log)
                case .commit: try model.commit(log)
                case .acknowledge:
                    log.acknowledge("hub", through: log.lastDurableRecord)
                    try log.writeCursor()
                }
            } catch {
                if !log.disk.isPowered { return }
                log.reconsiderFailedSegments()
            }
        }
    }

    private static func openings(_ rig: RefugeRig, _ model: inout RingModel) throws -> (RingLog<SimulatedDisk>, String?)
    {
        let before = (rig.disk.image, rig.refuge.image)
        let log = try rig.open(settings())
        let again = try rig.open(settings())
        guard again.recovery == log.recovery, again.lastRecord == log.lastRecord, rig.disk.image == before.0,
            rig.refuge.image == before.1
        else { return (log, "opening twice does not give the same") }
        return (log, try model.fault(in: log, includingUncommitted: true))
    }

    private static func crash(_ rig: RefugeRig, _ end: End) {
        (rig.disk.faults, rig.refuge.faults) = ([:], [:])
        if end == .kill { rig.disk.restart() } else { rig.cutPower() }
    }

    @Test(arguments: [true, false]) func everyKillKeepsWhatWasWrittenThrough(_ inRefuge: Bool) throws {
        let whole = RefugeRig()
        var model = RingModel()
        try Self.run(whole.open(Self.settings()), &model)
        let count = (inRefuge ? whole.refuge : whole.disk).operationCount
        #expect(count > 30)
        for operation in 0..<count {
            for later in [1 + operation % 7] {
                let rig = RefugeRig(seed: UInt64(operation))
                var model = RingModel()
                (inRefuge ? rig.refuge : rig.disk).faults[operation] = .cutsPower
                try Self.run(rig.open(Self.settings()), &model)
                Self.crash(rig, .kill)
                let (log, fault) = try Self.openings(rig, &model)
                #expect(fault == nil, "killed before operation \(operation)")
                // A second kill soon after finds it all again.
                let second = later.isMultiple(of: 2) ? rig.refuge : rig.disk
                second.faults[second.operationCount + later] = .cutsPower
                try Self.run(log, &model)
                Self.crash(rig, .kill)
                let (_, fault2) = try Self.openings(rig, &model)
                #expect(fault2 == nil, "killed before operation \(operation), and \(later) later")
            }
        }
    }

    /// Kills, power cuts and failures of the refuge in a row, with openings that have no refuge among them.
    @Test func randomHistories() throws {
        for seed in HistorySeeds.range {
            let fault = try Self.randomHistory(seed: seed)
            #expect(fault == nil, "seed \(seed)")
        }
    }

    private static func randomHistory(seed: UInt64) throws -> String? {
        var random = SeededRandom(seed: seed)
        let rig = RefugeRig(seed: seed)
        var model = RingModel()
        var log = try rig.open(settings())
        try log.addDestination("hub")
        for round in 0..<12 {
            let target = random.oneIn(2) ? rig.disk : rig.refuge
            target.faults[target.operationCount + Int.random(in: 0..<30, using: &random)] = .cutsPower
            if random.oneIn(2) {
                rig.refuge.faults[rig.refuge.operationCount + Int.random(in: 0..<20, using: &random)] =
                    random.oneIn(2) ? .fails(errorNumber: 28) : .failsHalfway(errorNumber: 28)
            }
            let steps = Int.random(in: 1...40, using: &random)
            for _ in 0..<steps where rig.disk.isPowered {
                do throws(RingError) {
                    try model.append(to: log, byteCount: Int.random(in: 0...3000, using: &random))
                    try model.writeThrough(log)
                    if random.oneIn(4) { try model.commit(log) }
                } catch {
                    if rig.disk.isPowered { return "round \(round): \(error)" }
                }
            }
            let end = End.allCases.randomElement(using: &random) ?? .kill
            crash(rig, end)
            if end == .powerCut { model.promise(through: log.lastDurableRecord) }
            let (next, fault) = try openings(rig, &model)
            if let fault { return "round \(round), \(end): \(fault)" }
            log = next
        }
        return nil
    }
}
