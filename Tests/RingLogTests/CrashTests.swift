import LinuxSystem
import RingLog
import SimulatedSystem
import TestValues
import Testing

/// Histories on the simulated disk with the power cut, or a failure, at every single operation.
@Suite struct CrashTests {
    enum Step {
        case append(Int)
        case commit
        case acknowledge
        case prepare
    }

    /// Small enough for every operation, long enough for two laps of three segments.
    static let history: [Step] =
        [.append(100), .commit, .append(5000), .append(3), .commit, .acknowledge, .prepare]
        + (0..<9).flatMap { lap in [.append(3000 + lap * 300), .append(1), .commit] as [Step] }
        + [.acknowledge, .append(5000), .append(5000), .append(5000), .commit, .append(700), .append(0), .commit]

    static func settings(_ policy: RingPolicy = .overwriteOldest) -> RingSettings {
        RingModel.settings(segmentCount: 3, policy: policy)
    }

    /// Runs steps until the power goes; other failures are what the caller of the log would see.
    static func run(_ steps: [Step], _ log: RingLog<SimulatedDisk>, _ model: inout RingModel) throws {
        try log.addDestination("hub")
        for step in steps {
            do throws(RingError) {
                switch step {
                case .append(let byteCount): try model.append(to: log, byteCount: byteCount)
                case .commit: try model.commit(log)
                case .prepare: _ = try log.prepareStep(byteLimit: 8 << 10)
                case .acknowledge:
                    log.acknowledge("hub", through: log.lastDurableRecord)
                    try log.writeCursor()
                }
            } catch {
                if !log.disk.isPowered { return }
                if log.settings.policy == .refuse { model.withdraw(from: log) }
                log.reconsiderFailedSegments()
            }
        }
    }

    /// Opens, checks, opens again and checks that nothing has changed.
    static func reopen(
        _ disk: SimulatedDisk, _ model: inout RingModel, _ policy: RingPolicy = .overwriteOldest
    ) throws -> (RingLog<SimulatedDisk>, String?) {
        // Opening changes nothing, so a failure during it is the table's affair (RecoveryTests).
        let faults = disk.faults
        disk.faults = [:]
        defer { disk.faults = faults }
        let before = disk.image
        let log = try RingLog(opening: disk, settings: settings(policy))
        if let fault = try model.fault(in: log) { return (log, fault) }
        let again = try RingLog(opening: disk, settings: settings(policy))
        guard again.recovery == log.recovery, again.ringID == log.ringID, again.lastRecord == log.lastRecord,
            disk.image == before
        else {
            return (log, "opening twice does not give the same")
        }
        guard disk.byteCount <= settings().byteCount + 16 << 10 else {
            return (log, "\(disk.image.mapValues(\.count)) is too much")
        }
        return (log, nil)
    }

    static func operationCount() throws -> Int {
        let disk = SimulatedDisk(seed: 0)
        var model = RingModel()
        try run(history, RingLog(opening: disk, settings: settings()), &model)
        #expect(model.committedThrough == model.appended.keys.max())
        return disk.operationCount
    }

    @Test func everyCrashKeepsWhatWasCommitted() throws {
        for operation in 0..<(try Self.operationCount()) {
            for seed in 0..<UInt64(4) {
                let disk = SimulatedDisk(seed: seed &* 1_000_003 &+ UInt64(operation))
                var model = RingModel()
                disk.faults[operation] = .cutsPower
                try Self.run(Self.history, RingLog(opening: disk, settings: Self.settings()), &model)
                disk.cutPower()
                let (log, fault) = try Self.reopen(disk, &model)
                #expect(fault == nil, "power cut before operation \(operation), seed \(seed)")
                // Life goes on, and a second crash finds it all again.
                try Self.run(Self.history, log, &model)
                disk.cutPower()
                let (_, later) = try Self.reopen(disk, &model)
                #expect(later == nil, "after a power cut before operation \(operation), seed \(seed)")
            }
        }
    }

    @Test(arguments: [
        SimulatedDisk.Fault.fails(errorNumber: 5), .failsHalfway(errorNumber: 5), .fails(errorNumber: 28),
    ]) func everyFailureKeepsWhatWasCommitted(_ failure: SimulatedDisk.Fault) throws {
        for operation in 0..<(try Self.operationCount()) {
            for seed in 0..<UInt64(2) {
                let disk = SimulatedDisk(seed: seed &* 7_000_003 &+ UInt64(operation))
                var model = RingModel()
                disk.faults[operation] = failure
                try Self.run(Self.history, RingLog(opening: disk, settings: Self.settings()), &model)
                #expect(model.committedThrough == model.appended.keys.max(), "\(failure) of operation \(operation)")
                disk.cutPower()
                let (_, fault) = try Self.reopen(disk, &model)
                #expect(fault == nil, "\(failure) of operation \(operation), seed \(seed)")
            }
        }
    }

    /// Of a ring that refuses, whose owner takes back what could not be written, too.
    @Test(arguments: [RingPolicy.overwriteOldest, .refuse]) func randomHistories(_ policy: RingPolicy) throws {
        for seed in HistorySeeds.range {
            let fault = try Self.randomHistory(seed: seed, policy)
            #expect(fault == nil, "seed \(seed)")
        }
    }

    static func randomHistory(seed: UInt64, _ policy: RingPolicy) throws -> String? {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk(seed: seed &+ 1)
        var model = RingModel()
        for _ in 0..<6 {
            let (log, fault) = try reopen(disk, &model, policy)
            if let fault { return fault }
            log.reconsiderFailedSegments()
            var steps: [Step] = []
            for _ in 0..<Int.random(in: 1..<40, using: &random) {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5: steps.append(.append(Int.random(in: 0..<6000, using: &random)))
                case 5..<8: steps.append(.commit)
                case 8: steps.append(.acknowledge)
                default: steps.append(.prepare)
                }
            }
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                let operation = disk.operationCount + Int.random(in: 0..<60, using: &random)
                let failures: [SimulatedDisk.Fault] = [
                    .fails(errorNumber: 5), .failsHalfway(errorNumber: 5), .fails(errorNumber: 28), .cutsPower,
                ]
                disk.faults[operation] = failures.randomElement(using: &random)
            }
            try run(steps, log, &model)
            // Once in three times the process is killed instead: what the kernel holds stays.
            if disk.isPowered && !disk.hasLostWrites && random.oneIn(3) { continue }
            disk.cutPower()
        }
        return try reopen(disk, &model, policy).1
    }
}
