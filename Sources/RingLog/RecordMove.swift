/// A stretch of records that were taken over from another ring, in their order, and the numbers they have now.
package struct RecordMove: Hashable, Sendable {
    /// The stretch's numbers in the ring that they come from.
    package let first: RecordNumber
    package let last: RecordNumber
    package let newFirst: RecordNumber

    package init(first: RecordNumber, last: RecordNumber, newFirst: RecordNumber) {
        self.first = first
        self.last = last
        self.newFirst = newFirst
    }
}
