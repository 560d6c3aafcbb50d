import Synchronization
import Testing

@testable import WaysideAgent

@Suite struct SnapshotScheduleTests {
    private final class Parts: Sendable {
        let writers = Mutex<[Int]>([])
    }

    private static let second: Int64 = 1_000_000_000

    @Test func `a snapshot comes every five minutes`() {
        var schedule = SnapshotSchedule(now: 0)
        let written = (Int64(0)...900).filter { schedule.isDue($0 * Self.second) { false } }
        #expect(written == [300, 600, 900])
    }

    @Test func `early ones are at least half a minute apart, whoever wants them`() {
        var schedule = SnapshotSchedule(now: 0)
        var askedCount = 0
        let written = (Int64(0)...100).filter { second in
            schedule.isDue(second * Self.second) {
                askedCount += 1
                return true
            }
        }
        #expect(written == [0, 30, 60, 90])
        // What is wanted in between is not forgotten: nobody is asked, and it is wanted still.
        #expect(askedCount == written.count)
    }

    @Test func `an early one puts off the next`() {
        var schedule = SnapshotSchedule(now: 0)
        #expect(schedule.isDue(200 * Self.second) { true })
        let next = (Int64(201)...600).first { schedule.isDue($0 * Self.second) { false } }
        #expect(next == 500)
    }

    /// Two of them that mix would be read back as neither.
    @Test func `one snapshot is written at a time`() async {
        let turn = SnapshotTurn()
        let parts = Parts()
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        turn.take { for _ in 0..<3 { parts.writers.withLock { $0.append(writer) } } }
                    }
                }
            }
        }
        let written = parts.writers.withLock { $0 }
        #expect(written.count == 4 * 200 * 3)
        for start in stride(from: 0, to: written.count, by: 3) {
            #expect(Set(written[start..<start + 3]).count == 1, "at \(start)")
        }
    }
}
