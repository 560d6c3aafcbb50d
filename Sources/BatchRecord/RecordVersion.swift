/// The version that gap, time-correction and state payloads begin with.
enum RecordVersion {
    static let current: UInt8 = 1

    static func check(_ reader: inout ByteReader) throws(BatchRecordError) {
        let version = try reader.byte()
        guard version == current else { throw .unknownVersion(version) }
    }
}
