import BatchRecord
import MetricModel
import RingLog
import Shipping
import SimulatedSystem
import Testing

@testable import WaysideAgent

/// What is lost is written down, shown and shipped.
@Suite struct GapTests {
    /// A buffer that was written until the ring had gone round more than once, with nobody acknowledging.
    private func overwritten(_ fixture: BufferFixture, ticks: Int = 1500) throws -> AgentBuffer<SimulatedDisk> {
        let buffer = try fixture.open()
        for tick in 0..<ticks { try buffer.append(BufferFixture.batch(tick), committing: tick % 50 == 49) }
        return buffer
    }

    @Test func everySampleIsKeptOrInAGap() throws {
        let fixture = BufferFixture()
        let buffer = try overwritten(fixture)
        let (samples, alone) = try BufferFixture.contents(buffer)
        let gaps = buffer.status.gaps
        let kept = UInt64(samples["temperature"]?.count ?? 0)
        #expect(gaps.count > 3 && gaps.allSatisfy { $0.reason == .overwritten })
        #expect(kept + buffer.status.lostSamples == 1500 * 40)
        #expect(gaps.allSatisfy { $0.seriesCount == 40 })
        #expect(gaps[0].firstUnixMilliseconds == BufferFixture.start && gaps[0].sampleCount % 40 == 0)
        for (before, after) in zip(gaps, gaps.dropFirst()) {
            #expect(before.lastUnixMilliseconds < after.lastUnixMilliseconds)
        }
        let shipped = samples["wayside_gap_seconds"] ?? []
        #expect(alone.count == shipped.count && !shipped.isEmpty)
        #expect(shipped.allSatisfy { $0.labels.contains("overwritten") && $0.labels.contains("wayside-agent") })
        // The newest gap: a sample at its end that holds its length.
        let newest = try #require(gaps.last)
        #expect(shipped.last?.time == newest.lastUnixMilliseconds)
        #expect(
            shipped.last?.value == Double(newest.lastUnixMilliseconds - newest.firstUnixMilliseconds) / 1000)
        for (before, after) in zip(shipped, shipped.dropFirst()) { #expect(before.time < after.time) }
    }

    /// A receiver that refuses an old sample must refuse nothing else with it.
    @Test func aGapIsARequestOfItsOwn() throws {
        let buffer = try overwritten(BufferFixture())
        let alone = try BufferFixture.contents(buffer).alone
        let requests = BufferFixture.deliver(buffer, at: 1500).requests
        #expect(!alone.isEmpty)
        let sampleRecords = try Set(samplesRecords(buffer))
        for number in alone {
            let request = try #require(requests.first { $0.contains(number) })
            #expect(request.filter { sampleRecords.contains($0) } == [number])
        }
    }

    private func samplesRecords(_ buffer: AgentBuffer<SimulatedDisk>) throws -> [RecordNumber] {
        var numbers: [RecordNumber] = []
        try buffer.read { (ring) throws(RingError) in
            _ = try ring.read(from: 1) { header, _ in
                if header.kind == .samples { numbers.append(header.number) }
                return true
            }
        }
        return numbers
    }

    @Test func gapsSurviveARestart() throws {
        let fixture = BufferFixture()
        let buffer = try overwritten(fixture)
        try buffer.commit()
        let known = buffer.status.gaps
        fixture.disk.cutPower()
        let again = try fixture.open()
        let found = again.status.gaps
        // Those whose own records were overwritten since are gone.
        #expect(!found.isEmpty && found == known.suffix(found.count))
        #expect(again.status.earlierLostSamples == found.reduce(0) { $0 + $1.sampleCount })
        #expect(again.status.lostSamplesByReason.isEmpty)
    }

    /// A record that is damaged is a gap, found once, as long as the readable samples around it let it be.
    @Test func damageIsAGapOnce() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        for tick in 0..<10 { try buffer.append(BufferFixture.batch(tick), committing: true) }
        let numbers = try samplesRecords(buffer)
        // Behind the header's page and that of tick 0.
        fixture.disk.flipBit(file: "segment-00000000", byteOffset: 4096 * 2 + 60, bit: 3)
        let again = try fixture.open()
        let gap = try #require(again.status.gaps.first)
        #expect(again.status.gaps.count == 1 && gap.reason == .damaged)
        #expect(gap.firstRecord == gap.lastRecord && numbers.contains(gap.firstRecord))
        #expect(gap.lastUnixMilliseconds - gap.firstUnixMilliseconds == 30_000)
        // Whoever reads comes by it again; it is counted once.
        for _ in 0..<2 { _ = try BufferFixture.contents(again) }
        _ = BufferFixture.deliver(again, at: 10)
        again.observe(bootNanoseconds: 0)
        #expect(again.status.damagedRecords == 1)
        try again.append(BufferFixture.batch(10), committing: true)
        let third = try fixture.open()
        #expect(third.status.gaps == again.status.gaps)
        let shipped = try BufferFixture.contents(third).samples["wayside_gap_seconds"] ?? []
        #expect(shipped.map(\.value) == [30])
    }

    /// A segment that is not there any more is damage too: counted, and written down once. What was delivered of it is
    /// no loss.
    @Test(arguments: [false, true]) func aMissingSegmentIsAGapOnce(isDelivered: Bool) throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        var tick = 0
        while buffer.status.fill?.segmentCount != 3 {
            try buffer.append(BufferFixture.batch(tick), committing: true)
            tick += 1
        }
        let second = try #require(
            buffer.read { (ring) throws(RingError) in (1...99).first { ring.segmentNumber(of: $0) == 2 } })
        if isDelivered { buffer.acknowledge("hub", through: second - 1) }
        try buffer.writeCursor()
        try fixture.disk.remove("segment-00000000")
        let again = try fixture.open()
        #expect(again.status.recovery.damagedRecordCount == (isDelivered ? 0 : second - 1))
        #expect(again.status.gaps.map(\.firstRecord) == (isDelivered ? [] : [1]))
        #expect(again.status.gaps.allSatisfy { $0.reason == .damaged && $0.lastRecord == second - 1 })
        try again.append(BufferFixture.batch(tick), committing: true)
        #expect(try fixture.open().status.gaps == again.status.gaps)
    }

    /// A smaller ring loses what does not fit, the oldest first, and says so; a larger one loses nothing.
    @Test func aRingThatIsMadeSmallerSaysWhatWent() throws {
        var fixture = BufferFixture()
        fixture.settings = BufferSettings(byteCount: 128 << 10, maximumLoss: .zero, segmentByteCount: 16 << 10)
        let buffer = try fixture.open()
        var tick = 0
        while buffer.status.fill?.segmentCount != 7 {
            try buffer.append(BufferFixture.batch(tick))
            tick += 1
        }
        fixture.settings = BufferSettings(byteCount: 64 << 10, maximumLoss: .zero, segmentByteCount: 16 << 10)
        let smaller = try fixture.open()
        try smaller.append(BufferFixture.batch(tick))
        #expect(smaller.status.gaps.allSatisfy { $0.reason == .resized } && !smaller.status.gaps.isEmpty)
        let lost = smaller.status.lostSamplesByReason[.resized] ?? 0
        let kept = try BufferFixture.contents(smaller).samples["temperature"] ?? []
        #expect(lost + UInt64(kept.count) == UInt64((tick + 1) * 40))
        #expect(kept.first?.time == BufferFixture.clock(Int(lost) / 40).unixMilliseconds)
        #expect(fixture.disk.byteCount <= (64 << 10) + (16 << 10))
        fixture.settings = BufferSettings(byteCount: 256 << 10, maximumLoss: .zero, segmentByteCount: 16 << 10)
        let larger = try fixture.open()
        #expect(try BufferFixture.contents(larger).samples["temperature"]?.count == kept.count)
        #expect(larger.status.gaps == smaller.status.gaps)
        #expect(larger.status.recovery.damagedRecordCount == 0)
    }
}
