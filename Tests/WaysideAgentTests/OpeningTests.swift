import MetricModel
import Testing

@testable import WaysideAgent

/// What a buffer knows when it has just been opened.
@Suite struct OpeningTests {
    /// A cursor says that what it has passed was sent, even where no other record of it is left: nobody may re-time that.
    @Test func whatACursorHasPassedCountsAsTried() throws {
        let fixture = BufferFixture()
        let before = try fixture.open()
        let unset = ClockReading(
            bootID: BufferFixture.boot, bootNanoseconds: 20_000_000_000, unixMilliseconds: 20_000,
            isSynchronised: false)
        var batch = SampleBatch(clock: unset, limit: 1)
        batch.append(Sample(BufferFixture.batch(0).samples[0].series, unixMilliseconds: 20_000, value: 1))
        try before.append(batch, committing: true)
        let last = before.status.lastRecord
        before.acknowledge("hub", through: last)
        try before.writeCursor()

        let buffer = try fixture.open()
        #expect(buffer.status.time.attemptedThrough == last)
        #expect(buffer.status.time.lastUnsynchronisedRecord == last)
        let set = ClockReading(
            bootID: BufferFixture.boot, bootNanoseconds: 30_000_000_000, unixMilliseconds: BufferFixture.start,
            isSynchronised: true)
        #expect(try buffer.correct(by: set) == 0)
    }
}
