import Glibc
import TestPeers

/// A segment file of a ring as Sources/RingLog/DESIGN.md describes it, read and damaged from outside.
struct SegmentFile {
    struct Record {
        let offset: Int
        let number: UInt64
        let kind: UInt8
        let flags: UInt8
        let payload: Range<Int>
        /// Of a samples record, how many it holds.
        let sampleCount: Int
    }

    static let samplesKind: UInt8 = 1
    static let dictionaryKind: UInt8 = 2
    private static let repeatedFlag: UInt8 = 2
    private static let pageByteCount = 4096

    let path: String
    let number: UInt64
    private(set) var bytes: [UInt8]
    let records: [Record]

    /// The segments of a ring that hold records, oldest first.
    static func all(in directory: String) throws -> [SegmentFile] {
        try (0..<64).compactMap { slot in
            let digits = String(slot)
            let path = "\(directory)/segment-" + String(repeating: "0", count: 8 - digits.count) + digits
            guard access(path, R_OK) == 0 else { return nil }
            let segment = try SegmentFile(path)
            return segment.records.isEmpty ? nil : segment
        }.sorted { $0.number < $1.number }
    }

    init(_ path: String) throws {
        self.path = path
        let bytes = try SegmentFile.read(path)
        self.bytes = bytes
        number = SegmentFile.integer(bytes, at: 48, byteCount: 8)
        var records: [Record] = []
        var offset = SegmentFile.pageByteCount
        while offset + 24 <= bytes.count {
            // The first test of a record: the low half of its segment's number.
            guard number > 0, SegmentFile.integer(bytes, at: offset + 4, byteCount: 4) == number & 0xFFFF_FFFF else {
                offset = (offset / SegmentFile.pageByteCount + 1) * SegmentFile.pageByteCount
                continue
            }
            let record = SegmentFile.record(bytes, at: offset)
            records.append(record)
            offset = (record.payload.upperBound + 7) / 8 * 8
        }
        self.records = records
    }

    var sampleCount: Int { records.reduce(0) { $0 + $1.sampleCount } }

    /// A samples record in the middle, which others surround.
    func middleSamples() throws -> Record {
        let samples = records.filter { $0.kind == SegmentFile.samplesKind && $0.sampleCount > 0 }
        guard samples.count > 10 else { throw PeerError("\(path) has only \(samples.count) records of samples") }
        return samples[samples.count / 2]
    }

    /// The first record of declarations, which is written a second time later on.
    func firstDictionary() throws -> Record {
        let found = records.first {
            $0.kind == SegmentFile.dictionaryKind && $0.flags & SegmentFile.repeatedFlag == 0
        }
        guard let found else { throw PeerError("\(path) has no dictionary") }
        return found
    }

    /// Flips one bit of the file at `offset`.
    mutating func flipBit(at offset: Int) throws {
        bytes[offset] ^= 0x10
        try SegmentFile.write(bytes, to: path)
    }

    mutating func truncate(at offset: Int) throws {
        bytes.removeSubrange(offset...)
        try SegmentFile.write(bytes, to: path)
    }

    mutating func zero() throws {
        bytes = [UInt8](repeating: 0, count: bytes.count)
        try SegmentFile.write(bytes, to: path)
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw PeerError("cannot read \(path): error \(errno)") }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(file))
        rewind(file)
        guard fread(&bytes, 1, bytes.count, file) == bytes.count else { throw PeerError("cannot read all of \(path)") }
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw PeerError("cannot write \(path): error \(errno)") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw PeerError("cannot write all of \(path)") }
    }

    private static func record(_ bytes: [UInt8], at offset: Int) -> Record {
        let start = offset + 24
        let kind = bytes[offset + 20]
        let payload = start..<min(bytes.count, start + Int(integer(bytes, at: offset + 16, byteCount: 4)))
        return Record(
            offset: offset, number: integer(bytes, at: offset + 8, byteCount: 8), kind: kind, flags: bytes[offset + 21],
            payload: payload, sampleCount: kind == samplesKind ? sampleCount(bytes, payload) : 0)
    }

    /// Sources/BatchRecord/DESIGN.md: version, kind of value, varint dictionary, 33 bytes of clock and flags, varint count.
    private static func sampleCount(_ bytes: [UInt8], _ payload: Range<Int>) -> Int {
        var offset = payload.lowerBound + 2
        _ = varint(bytes, &offset)
        offset += 33
        return varint(bytes, &offset)
    }

    private static func varint(_ bytes: [UInt8], _ offset: inout Int) -> Int {
        var value = 0
        var shift = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return value
    }

    private static func integer(_ bytes: [UInt8], at offset: Int, byteCount: Int) -> UInt64 {
        (0..<byteCount).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
}
