/// Reads little-endian integers, varints and byte strings, each checked against what remains.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }
    var damaged: BatchRecordError { .damaged(offset: offset) }

    mutating func byte() throws(BatchRecordError) -> UInt8 {
        guard offset < bytes.count else { throw damaged }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func fixed<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(BatchRecordError) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard remaining >= size else { throw damaged }
        defer { offset += size }
        return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The low `count` bytes (at most 8) of an integer.
    mutating func low(_ count: Int) throws(BatchRecordError) -> UInt64 {
        guard remaining >= count, count <= 8 else { throw damaged }
        var result: UInt64 = 0
        for index in 0..<count { result |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
        offset += count
        return result
    }

    /// An unsigned LEB128 integer of at most 64 bits.
    mutating func varint() throws(BatchRecordError) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw damaged }
            result |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return result }
            shift += 7
        }
    }

    /// A signed integer as zigzag varint.
    mutating func zigzag() throws(BatchRecordError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// A varint that may be at most `limit`.
    mutating func count(_ what: String, limit: Int) throws(BatchRecordError) -> Int {
        let raw = try varint()
        guard raw <= UInt64(limit) else {
            throw .limit(what: what, count: Int(truncatingIfNeeded: min(raw, UInt64(Int.max))), limit: limit)
        }
        return Int(raw)
    }

    mutating func slice(_ count: Int) throws(BatchRecordError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw damaged }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// A string of bytes after its length. Bytes that are not UTF-8 are replaced.
    mutating func string() throws(BatchRecordError) -> String {
        let count = try varint()
        guard count <= UInt64(remaining) else { throw damaged }
        return String(decoding: try slice(Int(count)), as: UTF8.self)
    }
}
