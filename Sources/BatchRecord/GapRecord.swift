/// Samples that were lost, written down.
package struct GapRecord: Hashable, Sendable {
    /// Why they were lost. The raw values are the format's; unknown ones are kept.
    package struct Reason: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The ring was full and they were the oldest.
        package static let overwritten = Reason(rawValue: 1)
        /// Their bytes were damaged on flash.
        package static let damaged = Reason(rawValue: 2)
        /// The ring was made smaller.
        package static let resized = Reason(rawValue: 3)
        /// The disk took no writes and the memory kept for that was full.
        package static let degraded = Reason(rawValue: 4)
        /// The receiver refused them for good.
        package static let refused = Reason(rawValue: 5)

        /// The reasons there are names for.
        package static let all = [overwritten, damaged, resized, degraded, refused]

        /// The reason as a label's value.
        package var name: String {
            switch self {
            case .overwritten: "overwritten"
            case .damaged: "damaged"
            case .resized: "resized"
            case .degraded: "degraded"
            case .refused: "refused"
            default: "reason_\(rawValue)"
            }
        }
    }

    package var reason: Reason
    /// How many samples, and of how many series; 0 where that is not known.
    package var sampleCount: UInt64
    package var seriesCount: UInt64
    /// When the first and the last of them were taken; 0 where that is not known.
    package var firstUnixMilliseconds: Int64
    package var lastUnixMilliseconds: Int64
    /// The numbers of the records they were in, both 0 where there were none.
    package var firstRecord: UInt64
    package var lastRecord: UInt64

    package init(
        reason: Reason, sampleCount: UInt64, seriesCount: UInt64, firstUnixMilliseconds: Int64,
        lastUnixMilliseconds: Int64, firstRecord: UInt64, lastRecord: UInt64
    ) {
        self.reason = reason
        self.sampleCount = sampleCount
        self.seriesCount = seriesCount
        self.firstUnixMilliseconds = firstUnixMilliseconds
        self.lastUnixMilliseconds = lastUnixMilliseconds
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
    }
}

extension GapRecord {
    /// Appends the record's bytes (DESIGN.md, "Gap record").
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.append(reason.rawValue)
        bytes.appendVarint(sampleCount)
        bytes.appendVarint(seriesCount)
        bytes.appendFixed(firstUnixMilliseconds)
        bytes.appendFixed(lastUnixMilliseconds)
        bytes.appendFixed(firstRecord)
        bytes.appendFixed(lastRecord)
    }

    /// Decodes a record's bytes; bytes behind the known fields are a later version's additions and are skipped.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(BatchRecordError) {
        var reader = ByteReader(bytes)
        try RecordVersion.check(&reader)
        reason = Reason(rawValue: try reader.byte())
        sampleCount = try reader.varint()
        seriesCount = try reader.varint()
        firstUnixMilliseconds = try reader.fixed(Int64.self)
        lastUnixMilliseconds = try reader.fixed(Int64.self)
        firstRecord = try reader.fixed(UInt64.self)
        lastRecord = try reader.fixed(UInt64.self)
    }
}
