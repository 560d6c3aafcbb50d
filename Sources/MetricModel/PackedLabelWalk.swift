/// A walk over the packed form of `Labels` that gives byte ranges and makes no strings.
///
/// It checks every length against what remains, so it is safe on bytes from outside: it ends at the first length
/// that does not fit, and `isDamaged` then says so.
package struct PackedLabelWalk {
    @usableFromInline var offset: Int
    @usableFromInline var hasDamage = false
    package var isDamaged: Bool { hasDamage }

    /// Starts at `offset` in the buffer that `next(in:)` is given.
    @inlinable
    package init(at offset: Int = 0) {
        self.offset = offset
    }

    /// The next label's ranges within `bytes`, or nil at the end or where the bytes are damaged.
    @inlinable
    package mutating func next(in bytes: UnsafeRawBufferPointer) -> (name: Range<Int>, value: Range<Int>)? {
        guard offset < bytes.count else { return nil }
        guard let name = nextRange(in: bytes), let value = nextRange(in: bytes) else {
            hasDamage = true
            offset = bytes.count
            return nil
        }
        return (name, value)
    }

    @inlinable
    mutating func nextRange(in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        var length = 0
        var shift = 0
        while true {
            guard offset < bytes.count, shift <= 28 else { return nil }
            let byte = bytes[offset]
            offset += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= bytes.count - offset else { return nil }
        defer { offset += length }
        return offset..<(offset + length)
    }
}
