/// The head of a netlink message, and where its body is among the bytes.
package struct NetlinkMessage: Sendable, Hashable {
    package static let headByteCount = 16

    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    /// With the head.
    package let range: Range<Int>

    package var body: Range<Int> { range.lowerBound + Self.headByteCount..<range.upperBound }
}

/// Where bytes stop being what netlink says.
package struct DamagedNetlink: Error, Hashable, Sendable {
    package let byteOffset: Int
    package let expected: String
}

/// A walk over netlink messages that follow one another. Any bytes end it: each step goes on by a head at least, and
/// nothing outside of the bytes is looked at.
package struct NetlinkMessages {
    /// What messages and attributes begin at multiples of.
    package static let alignment = 4

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next message; nil at the end.
    package mutating func next() throws(DamagedNetlink) -> NetlinkMessage? {
        let left = bytes.count - offset
        if left == 0 { return nil }
        guard left >= NetlinkMessage.headByteCount else {
            throw DamagedNetlink(byteOffset: offset, expected: "the head of a message")
        }
        // Compared before it is an Int, which has 32 bits on some boards.
        let count = load(0, as: UInt32.self)
        guard count >= UInt32(NetlinkMessage.headByteCount), count <= UInt32(clamping: left) else {
            throw DamagedNetlink(byteOffset: offset, expected: "a message that ends within the answer")
        }
        let message = NetlinkMessage(
            type: load(4, as: UInt16.self), flags: load(6, as: UInt16.self), sequence: load(8, as: UInt32.self),
            range: offset..<offset + Int(count))
        offset += min(Self.aligned(Int(count)), left)
        return message
    }

    /// Where what comes after `byteCount` bytes begins.
    package static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) & ~(alignment - 1) }

    private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ position: Int, as type: Value.Type) -> Value {
        bytes.loadUnaligned(fromByteOffset: offset + position, as: type)
    }
}
