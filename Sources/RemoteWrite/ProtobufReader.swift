/// Reads protobuf fields out of bytes that nobody has vouched for, without copying.
///
/// `end` is the end of the message being read, so a nested message is read by narrowing it. The depth is fixed by the
/// callers, which know their messages; nothing here recurses.
/// Source: protobuf.dev, "Encoding".
struct ProtobufReader {
    /// The whole body, so that offsets in errors are the body's. Every read is preceded by a check against `end`,
    /// which never exceeds `bytes.count`; that is why the unchecked loads below are sound.
    let bytes: UnsafeRawBufferPointer
    var offset: Int
    private(set) var end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    @inline(__always) var isAtEnd: Bool { offset >= end }

    /// Narrows the reader to the length-delimited field at `offset`; pass the result to `leave` when it is read.
    @inline(__always)
    mutating func enter() throws(RemoteWriteError) -> Int {
        let range = try lengthDelimited()
        let outer = end
        offset = range.lowerBound
        end = range.upperBound
        return outer
    }

    /// Ends a nested message, wherever in it the reader stands.
    @inline(__always)
    mutating func leave(to outer: Int) {
        offset = end
        end = outer
    }

    /// The next field's number and wire type.
    @inline(__always)
    mutating func tag() throws(RemoteWriteError) -> (field: Int, wireType: UInt8) {
        let start = offset
        let raw = try varint()
        let wireType = UInt8(raw & 7)
        guard raw >> 3 > 0, raw >> 3 < 1 << 29, wireType != 3, wireType != 4, wireType < 6 else {
            throw RemoteWriteError.badTag(byteOffset: start)
        }
        return (Int(raw >> 3), wireType)
    }

    @inline(__always)
    mutating func varint() throws(RemoteWriteError) -> UInt64 {
        guard offset < end else { throw RemoteWriteError.truncated(byteOffset: offset) }
        let first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt8.self)
        if first < 0x80 {
            offset += 1
            return UInt64(first)
        }
        // Two bytes hold most references of a 2.0 request.
        if end - offset >= 2 {
            let second = bytes.loadUnaligned(fromByteOffset: offset + 1, as: UInt8.self)
            if second < 0x80 {
                offset += 2
                return UInt64(first & 0x7f) | UInt64(second) << 7
            }
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(RemoteWriteError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 70 {
            guard offset < end else { throw RemoteWriteError.truncated(byteOffset: start) }
            let byte = bytes.loadUnaligned(fromByteOffset: offset, as: UInt8.self)
            offset += 1
            // Bits past the 64th are dropped, as every protobuf library does.
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw RemoteWriteError.integerTooLong(byteOffset: start)
    }

    /// The byte range of a length-delimited field's content; the reader stands behind it afterwards.
    @inline(__always)
    mutating func lengthDelimited() throws(RemoteWriteError) -> Range<Int> {
        let start = offset
        let length = try varint()
        guard length <= UInt64(end - offset) else { throw RemoteWriteError.truncated(byteOffset: start) }
        let range = Range(uncheckedBounds: (offset, offset + Int(length)))
        offset = range.upperBound
        return range
    }

    @inline(__always)
    mutating func fixed64() throws(RemoteWriteError) -> UInt64 {
        guard end - offset >= 8 else { throw RemoteWriteError.truncated(byteOffset: offset) }
        let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
        return value
    }

    /// Refuses a known field whose wire type is not the defined one.
    @inline(__always)
    func expect(_ tag: (field: Int, wireType: UInt8), _ wireType: UInt8) throws(RemoteWriteError) {
        guard tag.wireType == wireType else {
            throw RemoteWriteError.wrongWireType(field: tag.field, byteOffset: offset)
        }
    }

    /// Passes over a field that nobody here knows.
    mutating func skip(_ tag: (field: Int, wireType: UInt8)) throws(RemoteWriteError) {
        switch tag.wireType {
        case WireType.varint: _ = try varint()
        case WireType.fixed64: _ = try fixed64()
        case WireType.lengthDelimited: _ = try lengthDelimited()
        default:
            guard end - offset >= 4 else { throw RemoteWriteError.truncated(byteOffset: offset) }
            offset += 4
        }
    }

    /// A string field as a value; bytes that are not UTF-8 become replacement characters.
    func string(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
