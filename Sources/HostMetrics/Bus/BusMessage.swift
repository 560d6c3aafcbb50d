/// The header of a message: what it is, and where its body is.
struct BusMessage {
    enum Kind: UInt8 {
        case call = 1
        case answer = 2
        case error = 3
        case signal = 4
    }

    /// The first 16 bytes, which say how long the message is.
    struct Prefix {
        static let byteCount = 16
        let isBigEndian: Bool
        /// Nil for kinds that are not known, which have to be read over.
        let kind: Kind?
        let fieldsByteCount: Int
        let bodyByteCount: Int

        var isReply: Bool { kind == .answer || kind == .error }
        var fieldsEnd: Int { Self.byteCount + fieldsByteCount }
        var bodyStart: Int { (fieldsEnd + 7) & ~7 }
        var messageByteCount: Int { bodyStart + bodyByteCount }
    }

    private(set) var bytes: UnsafeRawBufferPointer
    let prefix: Prefix
    /// The number of the call that is answered; nil for what is no answer.
    private(set) var replySerial: UInt32?
    private(set) var errorName = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The types of the body's values.
    private(set) var signature = UnsafeRawBufferPointer(start: nil, count: 0)

    var isError: Bool { prefix.kind == .error }

    /// The values of the body.
    var body: BusReader {
        BusReader(bytes, prefix.bodyStart..<prefix.messageByteCount, isBigEndian: prefix.isBigEndian)
    }

    /// Takes a message's first 16 bytes apart.
    static func prefix(_ bytes: UnsafeRawBufferPointer) throws(BusError) -> Prefix {
        guard bytes.count >= Prefix.byteCount else { throw .damaged(byteOffset: bytes.count, expected: "16 bytes") }
        let isBigEndian: Bool
        switch bytes[0] {
        case UInt8(ascii: "l"): isBigEndian = false
        case UInt8(ascii: "B"): isBigEndian = true
        default: throw .damaged(byteOffset: 0, expected: "l or B")
        }
        guard bytes[1] != 0 else { throw .damaged(byteOffset: 1, expected: "the kind of a message") }
        guard bytes[3] == 1 else { throw .damaged(byteOffset: 3, expected: "version 1 of the protocol") }
        var reader = BusReader(bytes, 4..<Prefix.byteCount, isBigEndian: isBigEndian)
        let bodyByteCount = Int(try reader.uint32())
        guard try reader.uint32() != 0 else { throw .damaged(byteOffset: 8, expected: "a serial number") }
        let prefix = Prefix(
            isBigEndian: isBigEndian, kind: Kind(rawValue: bytes[1]), fieldsByteCount: Int(try reader.uint32()),
            bodyByteCount: bodyByteCount)
        guard prefix.fieldsByteCount <= BusLimits.specifiedArrayByteCount,
            prefix.messageByteCount <= BusLimits.specifiedMessageByteCount
        else { throw .damaged(byteOffset: 4, expected: "a message of at most 128 MiB") }
        return prefix
    }

    /// Takes a whole message's header apart; `prefix` is its own.
    init(_ bytes: UnsafeRawBufferPointer, _ prefix: Prefix) throws(BusError) {
        self.bytes = bytes
        self.prefix = prefix
        guard bytes.count == prefix.messageByteCount else {
            throw .damaged(byteOffset: bytes.count, expected: "\(prefix.messageByteCount) bytes")
        }
        var reader = BusReader(
            bytes, BusMessage.Prefix.byteCount..<prefix.fieldsEnd, isBigEndian: prefix.isBigEndian)
        var seen: UInt64 = 0
        while !reader.isAtEnd {
            try reader.align(8)
            let start = reader.offset
            let code = try reader.byte()
            guard code != 0, code > 63 || seen & 1 << UInt64(code) == 0 else {
                throw .damaged(byteOffset: start, expected: "a header field that is not there twice")
            }
            if code < 64 { seen |= 1 << UInt64(code) }
            try take(code, &reader)
        }
        var padding = BusReader(bytes, prefix.fieldsEnd..<prefix.bodyStart, isBigEndian: prefix.isBigEndian)
        try padding.align(8)
        if prefix.isReply && (replySerial == nil || isError && errorName.isEmpty) {
            throw .damaged(byteOffset: BusMessage.Prefix.byteCount, expected: "what an answer has to say in its header")
        }
    }

    private mutating func take(_ code: UInt8, _ reader: inout BusReader) throws(BusError) {
        let start = reader.offset
        let type = try reader.variant()
        // Path, interface, member, error name, serial, destination, sender, signature, descriptors.
        let letters: StaticString = " osssussgu"
        if code < 10 {
            guard type.count == 1, type[0] == letters.rawBytes[Int(code)] else {
                throw .damaged(byteOffset: start, expected: "the type of header field \(code)")
            }
        }
        switch code {
        case 4: errorName = try reader.string()
        case 5: replySerial = try reader.uint32()
        case 8: signature = try reader.signature()
        default: try reader.skipValue(type)
        }
    }
}
