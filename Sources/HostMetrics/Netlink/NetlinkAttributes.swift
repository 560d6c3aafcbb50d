internal import LinuxSystem

struct NetlinkAttribute {
    /// The kernel's number, without the two bits above it that say how the value is made.
    let type: UInt16
    let value: NetlinkPart
}

/// A walk over the attributes in some of an answer's bytes. Any bytes end it: each step goes on by a head at least.
struct NetlinkAttributes {
    private static let headByteCount = 4
    /// NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    private static let flags: UInt16 = 0xc000

    private let bytes: UnsafeRawBufferPointer
    private var offset: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next attribute; nil at the end.
    mutating func next() throws(DamagedText) -> NetlinkAttribute? {
        let left = end - offset
        if left == 0 { return nil }
        guard left >= Self.headByteCount else {
            throw DamagedText(byteOffset: offset, expected: "the head of an attribute")
        }
        let count = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        let type = bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self)
        guard count >= Self.headByteCount, count <= left else {
            throw DamagedText(byteOffset: offset, expected: "an attribute that ends within what holds it")
        }
        let value = NetlinkPart(bytes: bytes, range: offset + Self.headByteCount..<offset + count)
        offset += min(NetlinkMessages.aligned(count), left)
        return NetlinkAttribute(type: type & ~Self.flags, value: value)
    }
}
