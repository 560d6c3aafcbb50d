/// A record's number in its ring: 1 for the first, rising by one with each; 0 stands for none.
package typealias RecordNumber = UInt64

/// What the log knows of a record beside its bytes.
package struct RecordHeader: Hashable, Sendable {
    package let kind: RecordKind
    package let flags: RecordFlags
    package let number: RecordNumber
    /// The segment the record is in; its dictionary is the one that counts.
    package let segmentNumber: UInt64
    /// How many bytes the record holds.
    package let byteCount: Int

    package init(
        kind: RecordKind, flags: RecordFlags, number: RecordNumber, segmentNumber: UInt64, byteCount: Int
    ) {
        self.kind = kind
        self.flags = flags
        self.number = number
        self.segmentNumber = segmentNumber
        self.byteCount = byteCount
    }
}
