/// What a record is. The log knows the number and keeps any; what the bytes mean is its owner's affair.
package struct RecordKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Samples of a batch (`BatchRecord`).
    package static let samples = RecordKind(rawValue: 1)
    /// Declarations that the samples records of the same segment refer to (`BatchRecord`).
    package static let dictionary = RecordKind(rawValue: 2)
    /// A snapshot of what must survive exactly (`BatchRecord`).
    package static let state = RecordKind(rawValue: 3)
    /// Samples that were lost, written down (`BatchRecord`).
    package static let gap = RecordKind(rawValue: 4)
    /// A later knowledge of what time earlier records were taken (`BatchRecord`).
    package static let timeCorrection = RecordKind(rawValue: 5)
    /// Bytes that are forwarded unchanged.
    package static let opaque = RecordKind(rawValue: 6)
}
