internal import BatchRecord
internal import RingLog

extension BufferTime {
    /// Adds what was known of time in a ring in memory, whose records this ring has taken over under new numbers.
    mutating func takeOver(_ other: BufferTime, _ moves: [RecordMove]) {
        attemptedThrough = max(attemptedThrough, moves.newNumber(atOrBefore: other.attemptedThrough) ?? 0)
        lastUnsynchronisedRecord = max(
            lastUnsynchronisedRecord, moves.newNumber(atOrBefore: other.lastUnsynchronisedRecord) ?? 0)
        lastSynchronisedRecord = max(
            lastSynchronisedRecord, moves.newNumber(atOrBefore: other.lastSynchronisedRecord) ?? 0)
        corrections.takeOver(other.corrections, moves)
        newest = newest.joined(other.newest)
        lastSet = other.lastSet
        isShippingHeld = other.isShippingHeld
        retimedSamples += other.retimedSamples
        uncertainSamples += other.uncertainSamples
        refusedCorrections += other.refusedCorrections
    }
}

extension [RecordMove] {
    /// The new number of a record, or of the last before it that was taken over; nil where none was.
    func newNumber(atOrBefore record: RecordNumber) -> RecordNumber? {
        last { $0.first <= record }.map { $0.newFirst + Swift.min(record, $0.last) - $0.first }
    }

    /// The new number of a record, or of the first behind it that was taken over; nil where none was.
    func newNumber(atOrBehind record: RecordNumber) -> RecordNumber? {
        first { $0.last >= record }.map { $0.newFirst + Swift.max(record, $0.first) - $0.first }
    }
}
