/// Reads little-endian numbers and short texts from left to right; nil where the bytes end before.
struct ByteFields {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func word<Word: FixedWidthInteger & BitwiseCopyable>(_ type: Word.Type) -> Word? {
        let count = MemoryLayout<Word>.size
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
    }

    /// A length of 16 bits and as many bytes of UTF-8.
    mutating func text() -> String? {
        guard let count = word(UInt16.self), bytes.count - offset >= Int(count) else { return nil }
        defer { offset += Int(count) }
        return String(decoding: bytes[offset..<offset + Int(count)], as: UTF8.self)
    }
}
