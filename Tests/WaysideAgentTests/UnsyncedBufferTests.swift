import LinuxSystem
import RingLog
import SimulatedSystem
import Synchronization
import Testing

@testable import WaysideAgent

/// The buffer with a directory in memory for what waits for a commit.
@Suite struct UnsyncedBufferTests {
    private let fixture = BufferFixture()
    private let refuge: SimulatedDisk

    private var disk: SimulatedDisk { fixture.disk }

    init() { refuge = SimulatedDisk(seed: 2, power: fixture.disk.power, isVolatile: true) }

    private func open(withRefuge: Bool = true) throws -> AgentBuffer<SimulatedDisk> {
        try fixture.open(refuge: withRefuge ? refuge : nil)
    }

    @Test func whatAKilledProcessHadAppendedIsThereAndIsCommittedAtOnce() throws {
        let first = try open()
        try first.append(BufferFixture.batch(0))
        try first.commit()
        let (operations, image) = (disk.operationCount, disk.image)
        for tick in 1..<6 { try first.append(BufferFixture.batch(tick)) }
        #expect(disk.operationCount == operations)
        let second = try open()
        #expect(second.status.recovery.unsyncedRecords != nil)
        #expect(try BufferFixture.ticks(second) == BufferFixture.everySample(of: 0..<6))
        #expect(disk.image == image, "opening writes nothing")
        // Long before max_loss has passed since anything was appended.
        try second.commitIfDue(bootNanoseconds: 1)
        #expect(second.status.fill?.lastDurableRecord == second.status.lastRecord)
        let third = try open(withRefuge: false)
        #expect(try BufferFixture.ticks(third) == BufferFixture.everySample(of: 0..<6))
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
        let directory = LateDirectory()
        let memory = Mutex(refuge.image)
        let detached = try fixture.openDetached(directory) { Self.disk(memory.withLock { $0 }) }
        for tick in 3..<5 { try detached.append(BufferFixture.batch(tick)) }
        #expect(throws: AgentBufferError.self) { try detached.commitAfterFailure() }
        directory.appear()
        try detached.commitAfterFailure()
        #expect(try BufferFixture.ticks(detached) == BufferFixture.everySample(of: 0..<5))
        #expect(try BufferFixture.ticks(open(withRefuge: false)) == BufferFixture.everySample(of: 0..<5))
    }

    /// A simulated disk may not be handed from thread to thread; its files may.
    private static func disk(_ files: [String: [UInt8]]) -> SimulatedDisk {
        let disk = SimulatedDisk(seed: 3)
        for (name, bytes) in files { disk.place(name, bytes) }
        return disk
    }
}
