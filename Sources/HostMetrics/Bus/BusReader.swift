/// A place in the bytes of a message, and what can be taken from there. No strings are made.
///
/// Values are aligned by the start of the message, which is that of `bytes`; the bytes between them have to be zero.
struct BusReader {
    let bytes: UnsafeRawBufferPointer
    let isBigEndian: Bool
    private(set) var offset: Int
    private let end: Int

    /// The values in `range` of a message.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, isBigEndian: Bool) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
        offset = range.lowerBound
        end = min(range.upperBound, bytes.count)
    }

    var isAtEnd: Bool { offset >= end }

    mutating func align(_ byteCount: Int) throws(BusError) {
        while offset % byteCount != 0 {
            guard offset < end, bytes[offset] == 0 else { throw damage("a zero byte before an aligned value") }
            offset += 1
        }
    }

    mutating func byte() throws(BusError) -> UInt8 {
        guard offset < end else { throw damage("a byte") }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func uint32() throws(BusError) -> UInt32 {
        try align(4)
        guard end - offset >= 4 else { throw damage("a number of 4 bytes") }
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        offset += 4
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    mutating func uint64() throws(BusError) -> UInt64 {
        try align(8)
        guard end - offset >= 8 else { throw damage("a number of 8 bytes") }
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
        return isBigEndian ? UInt64(bigEndian: word) : UInt64(littleEndian: word)
    }

    /// The bytes of a string, which are held against nothing but its length and closing zero: for what is read over.
    mutating func rawString() throws(BusError) -> UnsafeRawBufferPointer {
        let start = offset
        let byteCount = Int(try uint32())
        guard byteCount < end - offset, bytes[offset + byteCount] == 0 else {
            throw .damaged(byteOffset: start, expected: "a string within the message, with a zero behind it")
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount])
        offset += byteCount + 1
        return text
    }

    /// The bytes of a string, which are UTF-8 without a zero.
    mutating func string() throws(BusError) -> UnsafeRawBufferPointer {
        let start = offset
        let text = try rawString()
        guard Self.isText(text) else { throw .damaged(byteOffset: start, expected: "UTF-8 without a zero byte") }
        return text
    }

    /// The bytes of an object's path: `/`, or elements of letters, digits and underscores.
    mutating func objectPath() throws(BusError) -> UnsafeRawBufferPointer {
        let start = offset
        let text = try rawString()
        guard Self.isObjectPath(text) else { throw .damaged(byteOffset: start, expected: "an object's path") }
        return text
    }

    /// The bytes of a signature.
    mutating func signature() throws(BusError) -> UnsafeRawBufferPointer {
        let start = offset
        let byteCount = Int(try byte())
        guard byteCount < end - offset, bytes[offset + byteCount] == 0 else {
            throw .damaged(byteOffset: start, expected: "a signature within the message, with a zero behind it")
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount])
        offset += byteCount + 1
        return text
    }

    /// Begins an array, whose elements are aligned to `alignment` bytes, and answers where it ends.
    mutating func beginArray(alignment: Int) throws(BusError) -> Int {
        let start = offset
        let byteCount = Int(try uint32())
        try align(alignment)
        guard byteCount <= BusLimits.specifiedArrayByteCount, byteCount <= end - offset else {
            throw .damaged(byteOffset: start, expected: "an array within the message")
        }
        return offset + byteCount
    }

    /// Goes behind `byteCount` bytes of any content; the caller has found them to be there.
    mutating func skip(to offset: Int) { self.offset = min(offset, end) }

    func damage(_ expected: String) -> BusError { .damaged(byteOffset: offset, expected: expected) }

    static func isText(_ text: UnsafeRawBufferPointer) -> Bool {
        var highest: UInt8 = 0
        for byte in text {
            if byte == 0 { return false }
            highest |= byte
        }
        return highest < 0x80 || String(validating: text, as: UTF8.self) != nil
    }

    static func isObjectPath(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.first == UInt8(ascii: "/") else { return false }
        var last: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "/"): if last == byte { return false }
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): break
            default: return false
            }
            last = byte
        }
        return text.count == 1 || last != UInt8(ascii: "/")
    }
}
