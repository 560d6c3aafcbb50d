import LinuxSystem
import RingLog
import SimulatedSystem
import Synchronization
import Testing

@testable import WaysideAgent

/// The buffer with a directory in memory for what waits for a commit.
@Suite struct UnsyncedBufferTests {
    private let disk = SimulatedDisk(seed: 1)
    private let refuge: SimulatedDisk

    init() { refuge = SimulatedDisk(seed: 2, power: disk.power, isVolatile: true) }

    private func open(withRefuge: Bool = true) throws -> AgentBuffer<SimulatedDisk> {
        let fixture = BufferFixture()
        return try AgentBuffer(
            disk: disk, refuge: withRefuge ? refuge : nil, lock: nil, settings: fixture.settings,
            machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 99), destinations: ["hub"],
            gaps: fixture.origin)
    }

    private static func ticks(_ buffer: AgentBuffer<SimulatedDisk>) throws -> [Int] {
        let stored = try BufferFixture.contents(buffer).samples["temperature"] ?? []
        return stored.map { Int(($0.time - BufferFixture.start) / 15_000) }
    }

    private static func expected(_ ticks: Range<Int>) -> [Int] { ticks.flatMap { Array(repeating: $0, count: 40) } }

    @Test func whatAKilledProcessHadAppendedIsThereAndIsCommittedAtOnce() throws {
        let first = try open()
        try first.append(BufferFixture.batch(0))
        try first.commit()
        let (operations, image) = (disk.operationCount, disk.image)
        for tick in 1..<6 { try first.append(BufferFixture.batch(tick)) }
        #expect(disk.operationCount == operations)
        let second = try open()
        #expect(second.status.recovery.unsyncedRecords != nil)
        #expect(try Self.ticks(second) == Self.expected(0..<6))
        #expect(disk.image == image, "opening writes nothing")
        // Long before max_loss has passed since anything was appended.
        try second.commitIfDue(bootNanoseconds: 1)
        #expect(second.status.fill?.lastDurableRecord == second.status.lastRecord)
        let third = try open(withRefuge: false)
        #expect(try Self.ticks(third) == Self.expected(0..<6))
    }

    @Test func itIsDeliveredOnce() throws {
        let first = try open()
        for tick in 0..<6 { try first.append(BufferFixture.batch(tick)) }
        let second = try open()
        #expect(BufferFixture.deliver(second, at: 10).samples == 240)
    }

    /// The data directory cannot be had at the start after the kill, and can be later.
    @Test func itIsTakenOverBehindADetachedStart() throws {
        let first = try open()
        for tick in 0..<3 { try first.append(BufferFixture.batch(tick)) }
        let fixture = BufferFixture()
        let isThere = Mutex(false)
        let (disk, refuge) = (disk, refuge)
        let memory = Mutex(refuge.image)
        let detached = try AgentBuffer(
            withoutDisk: disk, failure: SystemError(call: "open", path: "/data", errorNumber: 30),
            settings: fixture.settings, destinations: ["hub"], gaps: fixture.origin, random: { 77 },
            attach: {
                guard isThere.withLock({ $0 }) else {
                    throw SystemError(call: "mkdir", path: "/data", errorNumber: 30)
                }
                return BufferAccess(
                    lock: try FileDescriptor(opening: "/dev/null"), machineID: RingID(high: 7, low: 7))
            },
            refuge: { Self.disk(memory.withLock { $0 }) })
        for tick in 3..<5 { try detached.append(BufferFixture.batch(tick)) }
        #expect(throws: AgentBufferError.self) { try detached.commitAfterFailure() }
        isThere.withLock { $0 = true }
        try detached.commitAfterFailure()
        #expect(try Self.ticks(detached) == Self.expected(0..<5))
        #expect(try Self.ticks(open(withRefuge: false)) == Self.expected(0..<5))
    }

    /// A simulated disk may not be handed from thread to thread; its files may.
    private static func disk(_ files: [String: [UInt8]]) -> SimulatedDisk {
        let disk = SimulatedDisk(seed: 3)
        for (name, bytes) in files { disk.place(name, bytes) }
        return disk
    }
}
