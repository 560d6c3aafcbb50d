/// Reads CBOR items one by one, strict by RFC 8949. Every length is checked against what remains before it is used.
struct CBORReader {
    let bytes: UnsafeRawBufferPointer
    /// Offset of the next byte to read.
    private(set) var byteOffset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private var remainingCount: Int { bytes.count - byteOffset }

    /// The next item's head. A break is none: `next` takes those.
    mutating func head() throws(MalformedPayload) -> CBORHead {
        let start = byteOffset
        guard start < bytes.count else { throw invalid("more of the message") }
        let first = bytes[start]
        let major = first >> 5
        let information = first & 0x1f
        byteOffset += 1
        var argument = UInt64(truncatingIfNeeded: information)
        switch information {
        case ..<24: break
        case 24...27: argument = try bigEndian(byteCount: 1 << Int(truncatingIfNeeded: information - 24))
        case 31 where major >= 2 && major <= 5: break
        default: throw MalformedPayload(.invalidCBOR, at: start, "the head of an item")
        }
        if major == 7, information == 24, argument < 32 {
            throw MalformedPayload(.invalidCBOR, at: start, "a simple value in its one form")
        }
        return CBORHead(major: major, information: information, argument: argument, byteOffset: start)
    }

    private mutating func bigEndian(byteCount: Int) throws(MalformedPayload) -> UInt64 {
        guard remainingCount >= byteCount else { throw invalid("more of the message") }
        var number: UInt64 = 0
        for _ in 0..<byteCount {
            number = number << 8 | UInt64(truncatingIfNeeded: bytes[byteOffset])
            byteOffset += 1
        }
        return number
    }

    /// The bytes of the string whose head was just read.
    mutating func string(_ head: CBORHead) throws(MalformedPayload) -> UnsafeRawBufferPointer {
        guard !head.isIndefinite else {
            throw MalformedPayload(.invalidValue, at: head.byteOffset, "text in one piece")
        }
        guard head.argument <= UInt64(truncatingIfNeeded: remainingCount) else {
            throw invalid("more of the message")
        }
        let end = byteOffset + Int(truncatingIfNeeded: head.argument)
        defer { byteOffset = end }
        return UnsafeRawBufferPointer(rebasing: bytes[byteOffset..<end])
    }

    /// The members of the array or map whose head was just read.
    func container(_ head: CBORHead) throws(MalformedPayload) -> CBORContainer {
        if head.isIndefinite { return CBORContainer(isIndefinite: true, remaining: 0) }
        // Each member takes at least one byte, each pair two.
        let most = UInt64(truncatingIfNeeded: remainingCount) / (head.major == 5 ? 2 : 1)
        guard head.argument <= most else { throw invalid("more of the message") }
        return CBORContainer(isIndefinite: false, remaining: head.argument)
    }

    /// Whether another member comes; takes the break where one ends the container.
    mutating func next(_ container: inout CBORContainer) throws(MalformedPayload) -> Bool {
        guard container.isIndefinite else {
            guard container.remaining > 0 else { return false }
            container.remaining -= 1
            return true
        }
        guard byteOffset < bytes.count else { throw invalid("more of the message") }
        guard bytes[byteOffset] == 0xff else { return true }
        byteOffset += 1
        return false
    }

    /// Passes over the item that comes next, inside `depth` arrays and maps.
    mutating func skip(depth: Int) throws(MalformedPayload) {
        try skip(try head(), depth: depth)
    }

    /// Passes over the rest of the item whose head was read.
    mutating func skip(_ first: CBORHead, depth: Int) throws(MalformedPayload) {
        var head = first
        while head.major == 6 { head = try self.head() }
        switch head.major {
        case 2, 3: _ = try string(head)
        case 4, 5:
            guard depth < ProtocolLimits.depthLimit else {
                throw MalformedPayload(.tooLarge, at: head.byteOffset, "fewer levels of nesting")
            }
            var container = try container(head)
            while try next(&container) {
                try skip(depth: depth + 1)
                if head.major == 5 { try skip(depth: depth + 1) }
            }
        default: break
        }
    }

    /// Checks that nothing follows.
    func end() throws(MalformedPayload) {
        guard byteOffset == bytes.count else { throw invalid("nothing after the message") }
    }

    private func invalid(_ expected: StaticString) -> MalformedPayload {
        MalformedPayload(.invalidCBOR, at: byteOffset, expected)
    }
}
