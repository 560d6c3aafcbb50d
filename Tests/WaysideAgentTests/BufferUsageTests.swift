import RingLog
import Testing

@testable import WaysideAgent

/// The rates that the buffer tells of its own wear.
@Suite struct BufferUsageTests {
    private static let second: Int64 = 1_000_000_000

    /// A new ring writes zeros over all of its segments in its first minutes; nobody should take that for its wear.
    @Test func zerosOfNewSegmentsAreInTheTotalAndInNoRate() throws {
        var fixture = BufferFixture()
        fixture.settings = BufferSettings(
            byteCount: 1 << 20, maximumLoss: .seconds(15), memoryByteCount: 64 << 10, segmentByteCount: 64 << 10)
        let buffer = try fixture.open()
        try buffer.append(BufferFixture.batch(0), committing: true)
        buffer.observe(bootNanoseconds: 0)
        let before = buffer.status.statistics
        while try buffer.prepareStep() {}
        for tick in 1...8 { try buffer.append(BufferFixture.batch(tick), committing: true) }
        buffer.observe(bootNanoseconds: 100 * BufferUsageTests.second)

        let after = buffer.status.statistics
        let zeroed = after.zeroedByteCount - before.zeroedByteCount
        let written = after.writtenByteCount - before.writtenByteCount
        #expect(zeroed >= 1 << 19)
        #expect(written > zeroed)
        #expect(buffer.status.usage.writtenBytesPerDay == Double(written - zeroed) / 100 * 86_400)
    }

    /// Where the zeros are all that was written there is no rate at all.
    @Test func zerosAloneAreNoRate() {
        var usage = BufferUsage()
        var statistics = RingStatistics()
        usage.note(statistics, bootNanoseconds: 0)
        statistics.writtenByteCount = 64 << 20
        statistics.zeroedByteCount = 64 << 20
        usage.note(statistics, bootNanoseconds: 60 * BufferUsageTests.second)
        #expect(usage.writtenBytesPerDay == nil)
    }
}
