internal import LinuxSystem

/// Some of an answer's bytes: a message's head, an attribute's value. Numbers are read where they are inside of it, else it
/// is damaged at that place of the answer.
struct NetlinkPart {
    let bytes: UnsafeRawBufferPointer
    let range: Range<Int>

    var count: Int { range.count }

    /// The bytes themselves, for a comparison; valid until the next answer.
    var slice: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// The number at `offset`, in the processor's order of bytes, which is the kernel's.
    func number<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int = 0
    ) throws(DamagedText) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset + size <= range.count else {
            throw damage("\(size) bytes", at: offset)
        }
        return bytes.loadUnaligned(fromByteOffset: range.lowerBound + offset, as: type)
    }

    /// The bytes up to the zero byte that ends a name, or all.
    var name: UnsafeRawBufferPointer {
        let slice = slice
        guard let end = slice.firstIndex(of: 0) else { return slice }
        return UnsafeRawBufferPointer(rebasing: slice[..<end])
    }

    var text: String { String(decoding: name, as: UTF8.self) }

    /// The attributes that the value is made of.
    var attributes: NetlinkAttributes { NetlinkAttributes(bytes, range) }

    func damage(_ expected: String, at offset: Int = 0) -> DamagedText {
        DamagedText(byteOffset: range.lowerBound + min(offset, range.count), expected: expected)
    }
}
