import LinuxSystem
import Testing

/// RingLog, the buffer and delivery together, on a simulated disk, clock and network.
///
/// `WAYSIDE_SIMULATION_SEED` repeats one history, `WAYSIDE_SIMULATION_SEEDS` and `WAYSIDE_SIMULATION_OPERATIONS` make
/// more and longer ones (`make simulate`), from `WAYSIDE_SIMULATION_FIRST_SEED` on.
@Suite struct SimulationTests {
    private static func number(_ name: String) -> UInt64? { Machine.environment(name).flatMap { UInt64($0) } }

    @Test func randomHistoriesKeepTheirPromises() {
        let operations = Int(Self.number("WAYSIDE_SIMULATION_OPERATIONS") ?? 120)
        let first = Self.number("WAYSIDE_SIMULATION_FIRST_SEED") ?? 1
        var seeds = first...(first - 1 + (Self.number("WAYSIDE_SIMULATION_SEEDS") ?? 150))
        if let seed = Self.number("WAYSIDE_SIMULATION_SEED") { seeds = seed...seed }
        var total = SimulationSummary()
        var failedSeeds = 0
        for seed in seeds {
            let (summary, failure) = SimulatedWorld.run(SimulationPlan(seed: seed, operationCount: operations))
            total.add(summary)
            guard let failure else { continue }
            print(failure)
            Issue.record(
                "\(failure.prefix(400))\nagain: WAYSIDE_SIMULATION_SEED=\(seed) WAYSIDE_SIMULATION_OPERATIONS=\(operations)"
            )
            failedSeeds += 1
            if failedSeeds >= 8 { break }
        }
        print("simulation: \(total)")
    }
}
