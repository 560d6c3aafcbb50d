import SimulatedSystem
import TestValues

/// What a seed makes of a world: its sizes and intervals, its receivers, and which faults there are.
struct SimulationPlan {
    enum Receiver: String, CaseIterable {
        case hub
        case prometheus
        case plain
    }

    let seed: UInt64
    var operationCount: Int
    var segmentByteCount: Int
    var segmentCount: Int
    /// What may wait in memory while the disk takes no writes.
    var memoryByteCount: Int
    var maximumLossMilliseconds: Int64
    var batchForMilliseconds: Int64
    var receivers: [Receiver]
    var hostSeriesCount: Int
    var deviceCount: Int
    /// The most samples in a request by the agent's settings, and by the plain receiver's.
    var sampleLimit: Int
    var receiverSampleLimit: Int
    var prometheusManner: PrometheusReceiver.Manner
    /// One in so many operations is a fault of the disk, a change of the network, the end of the process.
    var diskFaultEvery: Int
    var weatherEvery: Int
    var endEvery: Int
    /// Whether live data goes before a backlog, where the receiver takes any order.
    var newestFirst = false
    /// A disk that lies about synchronisation and misdirects writes: no buffer can keep its promises on it. What is
    /// left to check is that nothing is stored twice and that the agent goes on.
    var isDiskHonest = true
    /// Whether bits flip in records that wait.
    var flipsBits = false

    /// Whether the machine has a file system in memory for what waits for a commit.
    var hasRefuge = false

    init(seed: UInt64, operationCount: Int) {
        var random = SeededRandom(seed: seed &* 0x9e37_79b9 &+ 17)
        self.seed = seed
        self.operationCount = operationCount
        segmentByteCount = [20 << 10, 32 << 10, 64 << 10, 160 << 10].randomElement(using: &random) ?? 32 << 10
        segmentCount = Int.random(in: 2...6, using: &random)
        memoryByteCount = [16 << 10, 64 << 10, 8 << 20].randomElement(using: &random) ?? 8 << 20
        maximumLossMilliseconds = [0, 1000, 15_000, 15_000, 60_000].randomElement(using: &random) ?? 15_000
        batchForMilliseconds = [0, 1000, 15_000, 15_000, 60_000].randomElement(using: &random) ?? 15_000
        receivers = Receiver.allCases.shuffled(using: &random)
        receivers.removeLast(Int.random(in: 0...2, using: &random))
        hostSeriesCount = [1, 5, 20, 60].randomElement(using: &random) ?? 5
        deviceCount = Int.random(in: 1...8, using: &random)
        sampleLimit = [20_000, 20_000, 100, 30].randomElement(using: &random) ?? 20_000
        receiverSampleLimit = [100_000, 50, 7].randomElement(using: &random) ?? 100_000
        prometheusManner = PrometheusReceiver.Manner.allCases.randomElement(using: &random) ?? .swallows
        diskFaultEvery = [0, 12, 30, 100].randomElement(using: &random) ?? 30
        weatherEvery = [8, 20, 60].randomElement(using: &random) ?? 20
        endEvery = [10, 25, 60, 200].randomElement(using: &random) ?? 25
        isDiskHonest = !random.oneIn(10)
        flipsBits = isDiskHonest && random.oneIn(3)
        newestFirst = random.oneIn(3)
        hasRefuge = random.oneIn(2)
    }
}
