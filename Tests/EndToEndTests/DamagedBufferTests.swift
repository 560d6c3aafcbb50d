import Daemon
import Glibc
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What damage to the ring's files costs: the damaged, and nothing beside it.
@Suite struct DamagedBufferTests {
    /// One agent fills a ring while its receiver is away. Then agents of their own open copies of it, one of them
    /// undamaged, and what they ship is compared.
    @Test func damageCostsWhatIsDamagedAndNothingElse() async throws {
        let filled = try await FilledBuffer()
        let cases = try RingDamage.allCases.map { try DamagedCopy(of: filled, $0) }
        for copy in cases { try copy.agent.launch() }
        for copy in cases {
            try await Web.shared.wait(for: "a sample of the new run after \(copy.damage)") {
                copy.receiver.taken.newestUnixMilliseconds > filled.endUnixMilliseconds
            }
        }
        let whole = try #require(cases.first { $0.damage == .none }).received(of: filled)
        #expect(whole.sampleCount == filled.sampleCount)
        for copy in cases { try await check(copy, against: whole, filled) }
    }

    private func check(_ copy: DamagedCopy, against whole: ReceivedSamples, _ filled: FilledBuffer) async throws {
        let received = copy.received(of: filled)
        let missing = whole.subtracting(received)
        #expect(missing.sampleCount == copy.damagedSamples, "\(copy.damage): missing \(missing.summary)")
        let additional = received.subtracting(whole)
        #expect(additional.sampleCount == 0, "\(copy.damage): out of nowhere: \(additional.summary)")
        #expect(copy.receiver.faults.isEmpty, "\(copy.damage): \(copy.receiver.faults.prefix(3))")
        let metrics = try await MetricsText.scrape(copy.agent.metricsURL)
        let counted = metrics.value("wayside_buffer_damaged_records_total") ?? 0
        #expect((counted > 0) == copy.damage.isCounted, "\(copy.damage): \(counted) damaged records counted")
        if [.flippedBitInSamples, .flippedBitInDictionary].contains(copy.damage) {
            #expect(counted == 1, "\(copy.damage): one record is damaged, \(counted) are counted")
        }
        let isTold = copy.receiver.taken.named("wayside_gap_seconds").sampleCount > 0
        #expect(isTold == copy.damage.isCounted, "\(copy.damage): the receiver is told of a gap: \(isTold)")
        let isLogged = copy.agent.log.contains("the buffer is damaged")
        #expect(isLogged == copy.damage.isLogged, "\(copy.damage): \(copy.agent.log)")
    }
}

/// What is done to the files of a ring.
private enum RingDamage: CaseIterable {
    case none
    case flippedBitInSamples
    case flippedBitInDictionary
    case flippedBitInHeader
    case bothHeadersDamaged
    case truncatedSegment
    case zeroedSegment
    case missingSegment
    case damagedCursor
    case missingCursor

    /// Whether records are lost to it, which metrics count and the log says at the start.
    var isCounted: Bool {
        switch self {
        case .none, .flippedBitInHeader, .damagedCursor, .missingCursor: false
        default: true
        }
    }

    var isLogged: Bool { isCounted }

    /// Damages a copy; answers how many samples are lost with it.
    func apply(to directory: String) throws -> Int {
        guard var segment = try SegmentFile.all(in: directory).first else { throw PeerError("no segment") }
        switch self {
        case .none:
            return 0
        case .flippedBitInSamples:
            let record = try segment.middleSamples()
            try segment.flipBit(at: record.payload.lowerBound + record.payload.count / 2)
            return record.sampleCount
        case .flippedBitInDictionary:
            try segment.flipBit(at: try segment.firstDictionary().payload.upperBound - 1)
            return 0
        case .flippedBitInHeader:
            try segment.flipBit(at: 48)
            return 0
        case .bothHeadersDamaged:
            let count = segment.sampleCount
            try segment.flipBit(at: 48)
            try segment.flipBit(at: 2048 + 48)
            return count
        case .truncatedSegment:
            let cut = try segment.middleSamples()
            try segment.truncate(at: cut.offset)
            return segment.records.filter { $0.offset >= cut.offset }.reduce(0) { $0 + $1.sampleCount }
        case .zeroedSegment:
            let count = segment.sampleCount
            try segment.zero()
            return count
        case .missingSegment:
            unlink(segment.path)
            return segment.sampleCount
        case .damagedCursor:
            try SegmentFile.write([UInt8](repeating: 0xA5, count: 16384), to: directory + "/cursor")
            return 0
        case .missingCursor:
            unlink(directory + "/cursor")
            return 0
        }
    }
}

/// A ring of two segments, both in use, that nobody has received anything of.
private struct FilledBuffer {
    let agent: RunningAgent
    let endUnixMilliseconds: Int64
    let sampleCount: Int
    /// Two segments of half a MiB.
    static let settings = "size: 1MiB, max_loss: 1s"

    init() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        // Port 9 is discard's; nobody listens there.
        let agent = try RunningAgent(
            prepared: "test-gateway",
            settings: "remote_write: [{url: \"http://127.0.0.1:9/api/v1/write\", batch_for: 1s}]",
            // Each acknowledgement is a commit of a page at least, which fills the ring soon.
            mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 5ms}]", buffer: FilledBuffer.settings)
        self.agent = agent
        try await agent.start()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "4", "--rate", "100", "--seed", "12"], broker: broker.url)
        try await Web.shared.wait(for: "a part of the second segment to be filled") {
            try await agent.buffer("unacknowledged_bytes") > 640 * 1024
        }
        _ = try fleet.stop()
        guard try await agent.buffer("lost_samples") == 0 else { throw PeerError("the ring was filled too far") }
        guard agent.stop() == 0 else { throw PeerError("the agent failed: \(agent.log)") }
        endUnixMilliseconds = Clocks.unixMilliseconds()
        let segments = try SegmentFile.all(in: agent.bufferDirectory)
        guard segments.count == 2 else { throw PeerError("\(segments.count) segments hold records") }
        sampleCount = segments.reduce(0) { $0 + $1.sampleCount }
    }
}

/// A copy of a ring with some damage, the agent that opens it, and what ships from it.
private struct DamagedCopy {
    let damage: RingDamage
    let damagedSamples: Int
    let agent: RunningAgent
    let receiver: ScriptedReceiver

    init(of filled: FilledBuffer, _ damage: RingDamage) throws {
        self.damage = damage
        receiver = try ScriptedReceiver("\(damage)")
        agent = try RunningAgent(
            prepared: "test-gateway", settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1s}]",
            buffer: FilledBuffer.settings)
        let copied = try Programs.run("/bin/cp", ["-a", filled.agent.dataDirectory, agent.dataDirectory])
        guard copied.exitCode == 0 else { throw PeerError(copied.output) }
        damagedSamples = try damage.apply(to: agent.bufferDirectory)
    }

    /// What came of the time before the copy was made, but for what says how much of it is damaged.
    func received(of filled: FilledBuffer) -> ReceivedSamples {
        receiver.taken.without("wayside_gap_seconds").upTo(filled.endUnixMilliseconds)
    }
}
