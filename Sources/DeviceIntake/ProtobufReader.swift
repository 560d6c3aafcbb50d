/// Reads the fields of one protobuf message; every length is checked against what remains.
/// Source: protobuf.dev, "Encoding".
struct ProtobufReader {
    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    struct Field {
        let number: UInt32
        let type: WireType
    }

    private let bytes: UnsafeRawBufferPointer
    /// Where the next byte to read is, in the whole payload.
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes, 0..<bytes.count)
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }

    /// The head of the next field, or nil at the end. Groups, which proto3 does not have, are refused.
    mutating func nextField() throws(MalformedMessage) -> Field? {
        guard !isAtEnd else { return nil }
        let start = offset
        let tag = try varint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 >= 1, tag >> 3 < 1 << 29
        else { throw malformed("the tag of a field", at: start) }
        return Field(number: UInt32(truncatingIfNeeded: tag >> 3), type: type)
    }

    mutating func varint() throws(MalformedMessage) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard offset < end else { throw malformed("more of a number", at: offset) }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                // The tenth byte holds one bit.
                guard shift < 63 || byte < 2 else { break }
                return value
            }
        }
        throw malformed("a number of 64 bits", at: start)
    }

    mutating func float() throws(MalformedMessage) -> Float {
        guard end - offset >= 4 else { throw malformed("four bytes of a number", at: end) }
        let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        offset += 4
        return Float(bitPattern: UInt32(littleEndian: bits))
    }

    /// The range of a field that has a length before it.
    mutating func range() throws(MalformedMessage) -> Range<Int> {
        let count = try varint()
        guard count <= UInt64(end - offset) else { throw malformed("as many bytes as a length says", at: end) }
        let start = offset
        offset += Int(count)
        return start..<offset
    }

    /// A reader for a message within this one.
    func inner(_ range: Range<Int>) -> ProtobufReader { ProtobufReader(bytes, range) }

    mutating func skip(_ type: WireType) throws(MalformedMessage) {
        switch type {
        case .varint: _ = try varint()
        case .bytes: _ = try range()
        case .fixed32, .fixed64:
            let count = type == .fixed32 ? 4 : 8
            guard end - offset >= count else { throw malformed("\(count) bytes of a field", at: end) }
            offset += count
        }
    }

    func malformed(_ expected: String, at offset: Int) -> MalformedMessage {
        MalformedMessage(.invalidProtobuf, at: offset, expected: expected)
    }
}
