import Daemon
import MetricModel
import RingLog
import SimulatedSystem
import Testing

@testable import WaysideAgent

/// What `buffer.max_loss` makes of the commits: what a power cut may take.
@Suite struct MaximumLossTests {
    @Test func withZeroEachBatchIsSynced() throws {
        var fixture = BufferFixture()
        fixture.settings = BufferSettings(
            byteCount: 64 << 10, maximumLoss: .zero, memoryByteCount: 64 << 10, segmentByteCount: 16 << 10)
        let buffer = try fixture.open()
        for tick in 0..<6 {
            let before = buffer.status.statistics.commitCount
            try buffer.append(BufferFixture.batch(tick))
            let status = buffer.status
            #expect(status.fill?.lastDurableRecord == status.lastRecord && status.uncommittedByteCount == 0)
            #expect(status.statistics.commitCount == before + 1)
        }
        fixture.disk.cutPower()
        #expect(try BufferFixture.contents(fixture.open()).samples["temperature"]?.count == 6 * 40)
    }

    /// Batches wait together, until the oldest of them has waited for so long.
    @Test func batchesWaitForEachOther() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        try buffer.append(BufferFixture.batch(0), committing: true)
        let commits = buffer.status.statistics.commitCount
        let durable = buffer.status.lastRecord
        for tick in 1..<4 { try buffer.append(BufferFixture.batch(tick)) }
        let due = BufferFixture.clock(1).bootNanoseconds + fixture.settings.maximumLoss.nanoseconds
        try buffer.commitIfDue(bootNanoseconds: due - 1)
        #expect(buffer.status.fill?.lastDurableRecord == durable && buffer.status.lastRecord > durable)
        #expect(buffer.status.statistics.commitCount == commits)
        try buffer.commitIfDue(bootNanoseconds: due)
        #expect(buffer.status.fill?.lastDurableRecord == buffer.status.lastRecord)
        #expect(buffer.status.statistics.commitCount == commits + 1)
    }
}
