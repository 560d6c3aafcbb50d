import SimulatedSystem
import TestValues
import Testing

@testable import WaysideAgent

/// What was acknowledged to the broker survives every crash, and what the broker gives again is not recorded again.
@Suite struct MessageCrashTests {
    private enum Step {
        case publish(Int)
        case deliver
        case deliverDyingAfter(Int)
        case host
        case pass(Int64)
        case snapshot
        /// From now on the disk answers everything with this error; nil: it works again.
        case disk(Int32?)
        case die
    }

    /// Two devices with sequence numbers and a MODAX board; snapshots, and deaths between PUBACKs.
    private static let history: [Step] =
        [.publish(9), .deliver, .host, .pass(300), .publish(8), .deliver, .snapshot, .publish(6)]
        + [.deliverDyingAfter(0), .deliver, .pass(2500), .publish(5), .host, .deliverDyingAfter(3), .deliver]
        + [.snapshot, .publish(6), .deliverDyingAfter(2), .deliver]

    private static func take(_ step: Step, _ rig: MessageRig) throws {
        switch step {
        case .publish(let count): rig.publish(count)
        case .deliver: try rig.deliver()
        case .deliverDyingAfter(let count): try rig.deliver(dyingAfter: count)
        case .host: try rig.takeHost()
        case .pass(let milliseconds): try rig.pass(milliseconds: milliseconds)
        case .snapshot: try rig.snapshot()
        case .disk(let errorNumber): rig.disk.permanentErrorNumber = errorNumber
        case .die: rig.die()
        }
    }

    private static func run(_ rig: MessageRig) throws -> String? {
        for step in history {
            let before = rig.deaths
            try take(step, rig)
            if rig.deaths != before, let violation = try rig.violation() { return violation }
        }
        try rig.heal()
        if !rig.broker.owed.isEmpty { return "\(rig.broker.owed.count) messages are never acknowledged" }
        if let violation = try rig.violation() { return violation }
        return Set(try rig.recorded().keys) == rig.broker.published ? nil : "not all, or more, is recorded"
    }

    @Test(arguments: [(MessageRig.Death.powerCut, false), (.powerCut, true), (.kill, true)])
    func everyOperationOfTheDiskMayBeTheLast(_ death: MessageRig.Death, hasRefuge: Bool) throws {
        let whole = MessageRig(seed: 1, death: death, hasRefuge: hasRefuge)
        let violation = try Self.run(whole)
        #expect(violation == nil && whole.deaths == 3 && whole.broker.acknowledged.count == 34)
        let operationCount = whole.disk.operationCount
        #expect(operationCount > 40)
        for operation in 0..<operationCount {
            let rig = MessageRig(seed: UInt64(operation) + 1, death: death, hasRefuge: hasRefuge)
            rig.disk.faults[operation] = .cutsPower
            let violation = try Self.run(rig)
            #expect(violation == nil, "\(violation ?? ""): \(death) before operation \(operation)")
            if violation != nil { break }
        }
    }

    /// Long histories with writes and synchronisations that fail, besides deaths anywhere.
    @Test func randomHistoriesWithAFailingDisk() throws {
        // How much goes wrong is counted below, so that what is tested is always the same.
        let seed: UInt64 = 1
        var failedBatches = 0
        var deaths = 0
        var wholeRings = 0
        for seed in seed..<seed + 12 {
            var random = SeededRandom(seed: seed)
            let rig = MessageRig(
                seed: seed, death: Bool.random(using: &random) ? .kill : .powerCut,
                hasRefuge: Bool.random(using: &random))
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                let errorNumber: Int32 = Bool.random(using: &random) ? 5 : 28
                rig.disk.faults[Int.random(in: 20..<500, using: &random)] =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .cutsPower
                    case 1: .failsHalfway(errorNumber: errorNumber)
                    default: .fails(errorNumber: errorNumber)
                    }
            }
            for _ in 0..<120 {
                let before = rig.deaths
                try Self.take(Self.anyStep(&random), rig)
                guard rig.deaths != before, let violation = try rig.violation() else { continue }
                Issue.record("seed \(seed): \(violation)")
                return
            }
            try rig.heal()
            let violation = try rig.violation()
            #expect(violation == nil && rig.broker.owed.isEmpty, "seed \(seed): \(violation ?? "")")
            failedBatches += rig.failedBatches
            deaths += rig.deaths
            wholeRings += rig.hasOverwritten ? 0 : 1
        }
        print("\(failedBatches) batches failed, \(deaths) deaths, \(wholeRings) rings with all records")
        #expect(failedBatches > 20 && deaths > 10)
    }

    private static func anyStep(_ random: inout SeededRandom) -> Step {
        switch Int.random(in: 0..<22, using: &random) {
        case 0..<6: .publish(Int.random(in: 1...9, using: &random))
        case 6..<13: .deliver
        case 13: .deliverDyingAfter(Int.random(in: 0...6, using: &random))
        case 14..<16: .host
        case 16: .snapshot
        case 17: .disk([5, 28, 30].randomElement(using: &random))
        case 18: .disk(nil)
        case 19: .die
        default: .pass(Int64.random(in: 100...3000, using: &random))
        }
    }
}
