/// The records of one request, both ends included.
package struct PlannedRequest: Sendable, Hashable {
    package let firstRecord: UInt64
    package let lastRecord: UInt64
    /// As the ring counts them, before `keep`, `drop` and `resolution`.
    package let sampleCount: Int
    package let byteCount: Int

    package init(firstRecord: UInt64, lastRecord: UInt64, sampleCount: Int, byteCount: Int) {
        precondition(firstRecord <= lastRecord, "a request holds records \(firstRecord) to \(lastRecord)")
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
        self.sampleCount = sampleCount
        self.byteCount = byteCount
    }
}
