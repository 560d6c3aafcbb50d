import BatchRecord
import MetricModel

@testable import RingLog

/// What producers were promised, kept beside the agent: the independent oracle of the simulation.
///
/// Every sample has a serial, which its value tells, so that it is known again wherever and whenever it turns up.
final class Promises {
    struct Batch {
        enum State {
            /// Taken and not yet durable.
            case volatile
            case durable
            /// Found after a crash although nobody was promised it; what it needs to be read may be gone.
            case survived
            /// Gone in a crash that was allowed to take it.
            case lost
        }

        let serials: Range<Int>
        /// What was appended with it: first of all its own records.
        let records: ClosedRange<RecordNumber>
        /// The record that holds its samples; 0 where it was not yet looked for.
        var record: RecordNumber = 0
        let takenNanoseconds: Int64
        var state = State.volatile
        /// The simulation has damaged it on the disk.
        var isDamaged = false
        /// The last opening did not find it any more: a gap names it, or everybody has it.
        var isGone = false
        /// Whether the process was still alive, and flash took writes, when the buffer had taken it: then a kill must
        /// not cost it.
        let outlivesKill: Bool
    }

    struct Gap {
        let first: RecordNumber
        let last: RecordNumber
        /// The record that says so.
        let record: RecordNumber
        var isDurable = false
    }

    private(set) var batches: [Batch] = []
    private(set) var gaps: [Gap] = []
    /// Gaps that a crash took: where it brought their records back, they are sent after newer ones.
    private var forgottenGaps: [Gap] = []
    private(set) var violations: [String] = []
    /// Whether gaps must count what they name: not what a misdirected write has damaged before.
    var countsAreExact = true
    /// Of each sample, its series and its time.
    private(set) var series: [Int32] = []
    private(set) var times: [Int64] = []
    private var numbers: [[UInt8]: Int32] = [:]
    /// Everything before this batch is durable or lost.
    private var firstVolatile = 0
    /// The newest record looked at.
    private(set) var scannedThrough: RecordNumber = 0

    func violation(_ text: String) { violations.append(text) }

    // MARK: Samples

    /// The number of the series with these packed labels, made where it is new.
    func number(of labels: Labels) -> Int32 {
        if let known = numbers[labels.packed] { return known }
        let made = Int32(numbers.count)
        numbers[labels.packed] = made
        return made
    }

    func knownNumber(ofPacked labels: [UInt8]) -> Int32? { numbers[labels] }

    func makeSerial(series number: Int32, unixMilliseconds: Int64) -> Int {
        series.append(number)
        times.append(unixMilliseconds)
        return series.count - 1
    }

    /// The value that stands for a serial: of several classes, so that records hold them all.
    static func value(of serial: Int) -> Double {
        switch serial % 4 {
        case 0: Double(serial)
        case 1: Double(serial) + 0.25
        case 2: -Double(serial)
        default: Double(serial) + 1.0 / 3
        }
    }

    /// The serial that a value stands for, or nil where it stands for none.
    func serial(of value: Double) -> Int? {
        let serial = Int(abs(value))
        return serial < series.count && Self.value(of: serial).bitPattern == value.bitPattern ? serial : nil
    }

    // MARK: Batches

    /// The buffer has taken a batch, if perhaps not made it durable.
    func take(
        _ serials: Range<Int>, records: ClosedRange<RecordNumber>, bootNanoseconds: Int64, outlivesKill: Bool
    ) {
        batches.append(
            Batch(serials: serials, records: records, takenNanoseconds: bootNanoseconds, outlivesKill: outlivesKill))
    }

    /// A commit has succeeded: everything taken before is promised. Gaps that it wrote down on the way are durable as far
    /// as the ring says.
    func acknowledgeAll(through durable: RecordNumber) {
        for index in firstVolatile..<batches.count where batches[index].state == .volatile {
            batches[index].state = .durable
        }
        firstVolatile = batches.count
        for index in gaps.indices where gaps[index].record <= durable { gaps[index].isDurable = true }
    }

    /// The ring says that everything up to a record is durable, which may not be all that was taken.
    func acknowledge(through durable: RecordNumber) {
        for index in firstVolatile..<batches.count where batches[index].state == .volatile {
            guard batches[index].record > 0, batches[index].record <= durable else { break }
            batches[index].state = .durable
            firstVolatile = index + 1
        }
        for index in gaps.indices where gaps[index].record <= durable { gaps[index].isDurable = true }
    }

    /// The oldest batch that is not durable.
    var oldestVolatile: Batch? { batches[firstVolatile...].first { $0.state == .volatile } }

    /// Records that hold the agent's own samples of gaps.
    private var ownRecords: [RecordNumber] = []

    /// Reads what was appended since the last time: which records hold the new batches, and which gaps were written.
    func scan(_ ring: RingLog<some RingDisk>, isCountExcused: Bool) throws {
        var samples: [RecordNumber] = []
        var found: [(RecordNumber, GapRecord)] = []
        try ring.read(from: scannedThrough + 1, includingUncommitted: true) { header, bytes in
            if Self.isGiven(header) { samples.append(header.number) }
            if header.flags.contains(.alone) { ownRecords.append(header.number) }
            if header.kind == .gap, let gap = try? GapRecord(decoding: bytes) { found.append((header.number, gap)) }
            return true
        }
        scannedThrough = ring.lastRecord
        for number in samples {
            guard let index = unnumberedBatches.first(where: { batches[$0].records.contains(number) }) else {
                violation("record \(number) holds samples that nobody gave")
                continue
            }
            batches[index].record = number
        }
        numberTheRest()
        for (number, gap) in found { take(gap, in: number, isCountExcused: isCountExcused) }
    }

    /// What has gone before it could be looked at, or did not survive, was one segment's with its first record.
    private func numberTheRest() {
        for index in unnumberedBatches { batches[index].record = batches[index].records.lowerBound }
    }

    /// Those at the end of which no record is known yet, because the ring could not be read since.
    private var unnumberedBatches: [Int] {
        let last = batches.lastIndex { $0.record > 0 } ?? -1
        return batches.indices[(last + 1)...].filter { batches[$0].state == .volatile || batches[$0].state == .durable }
    }

    /// Whether a record holds a batch of the simulation's; the agent's own of gaps are requests of their own.
    private static func isGiven(_ header: RecordHeader) -> Bool {
        header.kind == .samples && header.flags.contains(.batchEnd) && !header.flags.contains(.alone)
    }

    private func take(_ gap: GapRecord, in record: RecordNumber, isCountExcused: Bool) {
        gaps.append(Gap(first: gap.firstRecord, last: gap.lastRecord, record: record))
        guard gap.firstRecord > 0 else { return }
        var count = 0
        var hasDamage = false
        var survived = 0
        for batch in batches.reversed() where batch.state != .lost && !batch.isGone {
            if batch.record > 0 && batch.record < gap.firstRecord { break }
            guard batch.record > 0, batch.record <= gap.lastRecord else { continue }
            if batch.state == .survived { survived += batch.serials.count } else { count += batch.serials.count }
            hasDamage = hasDamage || batch.isDamaged
        }
        if isCountExcused && gap.sampleCount == 0 { return }
        survived += ownRecords.count { gap.firstRecord <= $0 && $0 <= gap.lastRecord }
        let given = Int(clamping: gap.sampleCount)
        if count...count + survived ~= given || hasDamage && given < count { return }
        guard countsAreExact else { return }
        violation(
            "the gap of records \(gap.firstRecord) to \(gap.lastRecord) counts \(gap.sampleCount) samples, not \(count)"
        )
    }

    /// Whether a record lies within a gap that was written down.
    func isInGap(_ record: RecordNumber, durable: Bool = false) -> Bool {
        gaps.contains { (!durable || $0.isDurable) && $0.first <= record && record <= $0.last }
    }

    /// Whether a sample may come after newer ones of its series: it was given up, and a try from before came late, or a
    /// power cut brought it back.
    func mayComeLate(_ serial: Int) -> Bool {
        guard let batch = batches.last(where: { $0.serials.contains(serial) }) else { return true }
        return batch.state == .lost || wasInGap(batch.record)
    }

    /// Whether a record lies within a gap, or within one that a crash took.
    func wasInGap(_ record: RecordNumber) -> Bool {
        isInGap(record) || forgottenGaps.contains { $0.first <= record && record <= $0.last }
    }

    /// The samples of a ring's records.
    func serials(of records: ClosedRange<RecordNumber>) -> ClosedRange<Int>? {
        let inside = batches.filter { $0.state != .lost && !$0.isGone && records.contains($0.record) }.map(\.serials)
        guard let first = inside.map(\.lowerBound).min(), let end = inside.map(\.upperBound).max(), first < end
        else { return nil }
        return first...end - 1
    }

    /// The simulation damages the record of a batch.
    func damage(record: RecordNumber) {
        guard let index = batches.lastIndex(where: { $0.record == record && $0.state != .lost }) else { return }
        batches[index].isDamaged = true
    }

    // MARK: Restarts

    /// Compares a ring that was just opened with what it must hold. `isExempt` where the disk has lied; `isDelivered`
    /// says of a batch that no destination needs it.
    func compare(
        with ring: RingLog<some RingDisk>, keepsVolatile: Bool, isExempt: Bool, isDelivered: (Batch) -> Bool
    ) throws {
        var present: Set<RecordNumber> = []
        var found: [(record: RecordNumber, gap: GapRecord)] = []
        // What opening found to be lost it has written down, but not committed yet.
        try ring.read(from: 1, includingUncommitted: true) { header, bytes in
            if Self.isGiven(header) { present.insert(header.number) }
            if header.flags.contains(.alone) && header.number > scannedThrough { ownRecords.append(header.number) }
            if header.kind == .gap, let gap = try? GapRecord(decoding: bytes) { found.append((header.number, gap)) }
            return true
        }
        adoptUnnumbered(present)
        compareGaps(with: found, through: ring.lastDurableRecord)
        let oldest = ring.oldestRecord
        for index in batches.indices where batches[index].state != .lost {
            let batch = batches[index]
            batches[index].isGone = !present.contains(batch.record)
            guard batch.record >= oldest || batch.record > ring.lastRecord || batch.state == .volatile else { continue }
            guard batches[index].isGone else {
                // What must not be lost to a kill must not be lost to the next one either.
                let isPromised =
                    keepsVolatile && batch.outlivesKill && !isExempt && batch.record > ring.lastDurableRecord
                if batch.state == .volatile && !isPromised { batches[index].state = .survived }
                continue
            }
            if batch.isDamaged || isInGap(batch.record) && batch.state == .durable { continue }
            // What everybody has is overwritten without a word.
            if batch.state == .durable && isDelivered(batch) { continue }
            if batch.state == .durable && !isExempt {
                violation(
                    "record \(batch.record) was durable and is gone; the ring holds \(oldest) to \(ring.lastRecord) in \(ring.segments.map { "\($0.number): \($0.firstRecord)...\($0.lastRecord)" })"
                )
            } else if batch.state == .volatile && batch.outlivesKill && keepsVolatile && !isExempt {
                violation("record \(batch.record) was taken before the process was killed, and is gone")
            }
            batches[index].state = .lost
        }
        firstVolatile = batches.firstIndex { $0.state == .volatile } ?? batches.count
        scannedThrough = ring.lastRecord
    }

    /// Forgets the gaps that a crash took, and takes those that nobody had looked at before it, or that opening has added.
    private func compareGaps(with found: [(record: RecordNumber, gap: GapRecord)], through durable: RecordNumber) {
        // Records that are gone give their numbers to others, so a number alone does not tell a gap.
        func isSame(_ gap: Gap, _ other: (record: RecordNumber, gap: GapRecord)) -> Bool {
            gap.record == other.record && gap.first == other.gap.firstRecord && gap.last == other.gap.lastRecord
        }
        let taken = gaps.filter { gap in !gap.isDurable && !found.contains { isSame(gap, $0) } }
        gaps.removeAll { gap in taken.contains { $0.record == gap.record && $0.first == gap.first } }
        forgottenGaps += taken
        for next in found where !gaps.contains(where: { isSame($0, next) }) {
            take(next.gap, in: next.record, isCountExcused: true)
        }
        for index in gaps.indices where gaps[index].record <= durable { gaps[index].isDurable = true }
    }

    /// A crash during an append hid its record's number; if it survived it is the one that is nobody else's.
    private func adoptUnnumbered(_ present: Set<RecordNumber>) {
        let known = Set(batches.lazy.filter { $0.state != .lost }.map(\.record))
        let last = known.max() ?? 0
        var strangers = present.filter { $0 > last }.sorted()
        for index in unnumberedBatches {
            guard let position = strangers.firstIndex(where: batches[index].records.contains) else { continue }
            batches[index].record = strangers.remove(at: position)
        }
        numberTheRest()
        if let stranger = strangers.first { violation("record \(stranger) came back from before a crash") }
    }
}
