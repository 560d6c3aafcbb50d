internal import BatchRecord
internal import MetricModel
internal import RingLog

/// The corrections that hold for the records of a ring, as its readers apply them.
///
/// Of two that name a record the later one counts. Nothing here changes what an earlier one says of the records that the
/// later one does not name, so what was sent stays as it was sent.
struct TimeCorrections: Sendable, Equatable {
    /// Ascending by when they were made.
    private var records: [TimeCorrectionRecord] = []
    /// Those that were taken over from another ring, which this one has yet to hold.
    private(set) var takenOver: [TimeCorrectionRecord] = []
    /// More are not kept: each step of the clock makes at most one, and those whose records are gone are forgotten.
    static let limit = 256

    var isEmpty: Bool { records.isEmpty }
    var isFull: Bool { records.count >= TimeCorrections.limit }
    var count: Int { records.count }

    /// Takes a correction that stands behind all others in the ring. Those that it replaces whole are forgotten; where
    /// there are too many, as only damage can bring about, the oldest goes.
    mutating func add(_ correction: TimeCorrectionRecord) {
        records.removeAll {
            $0.bootID == correction.bootID && $0.firstRecord >= correction.firstRecord
                && $0.lastRecord <= correction.lastRecord
        }
        if isFull { records.removeFirst() }
        records.append(correction)
    }

    /// Takes those of a ring whose records were taken over under new numbers.
    mutating func takeOver(_ other: TimeCorrections, _ moves: [RecordMove]) {
        for var correction in other.records {
            guard let first = moves.newNumber(atOrBehind: correction.firstRecord),
                let last = moves.newNumber(atOrBefore: correction.lastRecord), first <= last
            else { continue }
            correction.firstRecord = first
            correction.lastRecord = last
            add(correction)
            takenOver.append(correction)
        }
    }

    /// Forgets those of which every record is overwritten.
    mutating func forget(before oldest: RecordNumber) {
        if records.contains(where: { $0.lastRecord < oldest }) { records.removeAll { $0.lastRecord < oldest } }
    }

    /// The correction that holds for a batch, or nil where its times stand as they are.
    func correction(of record: RecordNumber, _ clock: ClockReading) -> TimeCorrectionRecord? {
        guard !clock.isSynchronised else { return nil }
        return records.last {
            $0.bootID == clock.bootID && record >= $0.firstRecord && record <= $0.lastRecord
        }
    }

    /// When CLOCK_BOOTTIME was zero, as far as is known of this batch.
    func bootUnixMilliseconds(of record: RecordNumber, _ clock: ClockReading) -> Int64 {
        correction(of: record, clock)?.bootUnixMilliseconds ?? clock.bootUnixMilliseconds
    }

    /// What is to be added to the times of a batch's samples.
    func offsetMilliseconds(of record: RecordNumber, _ clock: ClockReading) -> Int64 {
        guard let correction = correction(of: record, clock) else { return 0 }
        return correction.bootUnixMilliseconds &- clock.bootUnixMilliseconds
    }
}
