import SimulatedSystem
import Testing

/// One small history with the power cut, and with the process killed, before every single operation of its disk,
/// and of its file system in memory.
@Suite struct ExhaustiveCrashTests {
    private enum Step {
        case host
        case devices
        case pass(milliseconds: Int64)
        case weather(SimulatedNetwork.Weather)
        case stop
    }

    /// Small, and long enough for two laps of the ring, an outage, a gap and a stop.
    private static let history: [Step] =
        [.host, .pass(milliseconds: 1500), .devices, .host, .pass(milliseconds: 6000), .weather(.out)]
        + (0..<7).flatMap { _ in [.host, .devices, .pass(milliseconds: 700)] as [Step] }
        + [.weather(.lossy), .pass(milliseconds: 40_000), .stop, .host, .devices, .weather(.fair)]
        + (0..<4).flatMap { _ in [.devices, .host, .pass(milliseconds: 2500)] as [Step] }

    /// Where the crash comes.
    enum Place: CaseIterable {
        /// In an operation of a disk without a refuge beside it.
        case diskAlone
        case disk
        case refuge
    }

    private static func plan(seed: UInt64, _ place: Place) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed, operationCount: 0)
        plan.hasRefuge = place != .diskAlone
        plan.segmentByteCount = 20 << 10
        plan.segmentCount = 3
        plan.memoryByteCount = 8 << 20
        plan.maximumLossMilliseconds = 1000
        plan.batchForMilliseconds = 1000
        plan.receivers = [.hub, .prometheus]
        plan.hostSeriesCount = 5
        plan.deviceCount = 3
        plan.sampleLimit = 30
        plan.isDiskHonest = true
        plan.flipsBits = false
        return plan
    }

    private static func run(_ world: SimulatedWorld) throws {
        for step in history where world.promises.violations.isEmpty {
            world.pass(milliseconds: 10)
            switch step {
            case .host: world.appendHost()
            case .devices: world.appendDevices()
            case .pass(let milliseconds): world.pass(milliseconds: milliseconds)
            case .weather(let weather): for destination in world.destinations { destination.network.weather = weather }
            case .stop: try world.stop()
            }
            try world.settle()
        }
        if world.promises.violations.isEmpty { try world.heal() }
    }

    private static func broken(_ world: SimulatedWorld, _ place: Place) -> SimulatedDisk {
        place == .refuge ? world.refuge ?? world.disk : world.disk
    }

    @Test(arguments: [SimulatedWorld.CrashManner.powerCut, .kill], Place.allCases)
    func everyCrashKeepsThePromises(_ manner: SimulatedWorld.CrashManner, _ place: Place) throws {
        let whole = try SimulatedWorld(Self.plan(seed: 1, place))
        try Self.run(whole)
        #expect(whole.failure == nil)
        #expect(whole.summary.requests > 10 && whole.promises.gaps.count > 0, "\(whole.finished())")
        for operation in 0..<Self.broken(whole, place).operationCount {
            let world = try SimulatedWorld(Self.plan(seed: UInt64(operation) + 1, place))
            world.crashManner = manner
            Self.broken(world, place).faults[operation] = .cutsPower
            try Self.run(world)
            #expect(world.failure == nil, "\(manner) before operation \(operation) of \(place)")
            if world.failure != nil { break }
        }
    }
}
