/// What is said of a record beside its kind.
package struct RecordFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The batch ends with this record. Request boundaries are made of these marks, so that they are a pure function
    /// of the ring.
    package static let batchEnd = RecordFlags(rawValue: 1)
    /// A dictionary record whose declarations were all made before in this segment.
    package static let repeated = RecordFlags(rawValue: 2)
    /// The batch is a request of its own: a receiver that refuses it must refuse nothing else with it.
    package static let alone = RecordFlags(rawValue: 8)
    /// A dictionary record copied from an earlier segment, under the number it had there, because records that need
    /// it had to move when a write failed. Set by the log; readers of records in order never see these.
    package static let carried = RecordFlags(rawValue: 4)
}
