internal import LinuxSystem

/// What a netlink service has answered: messages of one kind, each a head of fixed size and attributes.
struct NetlinkAnswer {
    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Calls `body` for each message of this type, in the kernel's order; others are read over, or damage where it `isAlone`.
    func forEach(
        _ type: UInt16, headByteCount: Int, isAlone: Bool = false,
        _ body: (_ head: NetlinkPart, NetlinkAttributes) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        var messages = NetlinkMessages(bytes)
        while let message = try Self.next(&messages) {
            guard message.type == type else {
                guard isAlone else { continue }
                throw DamagedText(byteOffset: message.range.lowerBound, expected: "a message of type \(type)")
            }
            guard message.body.count >= headByteCount else {
                throw DamagedText(byteOffset: message.body.lowerBound, expected: "\(headByteCount) bytes")
            }
            let end = message.body.lowerBound + headByteCount
            let head = NetlinkPart(bytes: bytes, range: message.body.lowerBound..<end)
            try body(head, NetlinkAttributes(bytes, end..<message.body.upperBound))
        }
    }

    private static func next(_ messages: inout NetlinkMessages) throws(DamagedText) -> NetlinkMessage? {
        do throws(DamagedNetlink) { return try messages.next() } catch {
            throw DamagedText(byteOffset: error.byteOffset, expected: error.expected)
        }
    }
}
