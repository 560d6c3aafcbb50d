/// A received request ↔ the bytes of a record of the log. Layout in DESIGN.md.
enum LogRecord {
    static let version: UInt8 = 1
    static let textByteLimit = 65_535
    /// Everything but texts and body.
    private static let fixedByteCount = 2 + 8 + 2 * 4 + 50

    /// The most bytes that `append` adds, headers that are too long included.
    static func byteCount(_ request: ReceivedRequest) -> Int {
        fixedByteCount + texts(request).reduce(0) { $0 + $1.1.utf8.count } + request.body.count
    }

    /// The name of a text that does not fit, or nil.
    static func overlongText(_ request: ReceivedRequest) -> String? {
        texts(request).first { $0.1.utf8.count > textByteLimit }?.0
    }

    private static func texts(_ request: ReceivedRequest) -> [(String, String)] {
        [
            ("Content-Type", request.contentType), ("Content-Encoding", request.contentEncoding),
            ("X-Prometheus-Remote-Write-Version", request.protocolVersion), ("sender", request.sender),
            ("agent", request.identity?.agent ?? ""),
        ]
    }

    static func append(_ request: ReceivedRequest, to bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.append(request.identity == nil ? 0 : 1)
        append(UInt64(bitPattern: request.receivedUnixMilliseconds), to: &bytes)
        for text in texts(request).prefix(4) { append(text.1, to: &bytes) }
        if let identity = request.identity {
            append(identity.agent, to: &bytes)
            for word in [identity.ringHigh, identity.ringLow, identity.first, identity.last] {
                append(word, to: &bytes)
            }
            for word in [identity.part, identity.parts, identity.crc] { append(word, to: &bytes) }
        }
        bytes.append(contentsOf: request.body)
    }

    /// Nil where the bytes are not a record of this version.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> ReceivedRequest? {
        var reader = Reader(bytes: bytes)
        guard reader.word(as: UInt8.self) == version, let flags = reader.word(as: UInt8.self), flags <= 1,
            let received = reader.word(as: Int64.self), let contentType = reader.text(),
            let contentEncoding = reader.text(), let protocolVersion = reader.text(), let sender = reader.text()
        else { return nil }
        var identity: RequestIdentity?
        if flags == 1 {
            guard let made = self.identity(&reader) else { return nil }
            identity = made
        }
        return ReceivedRequest(
            contentType: contentType, contentEncoding: contentEncoding, protocolVersion: protocolVersion,
            sender: sender, identity: identity, receivedUnixMilliseconds: received, body: reader.rest())
    }

    private static func identity(_ reader: inout Reader) -> RequestIdentity? {
        guard let agent = reader.text(), let high = reader.word(as: UInt64.self),
            let low = reader.word(as: UInt64.self), let first = reader.word(as: UInt64.self),
            let last = reader.word(as: UInt64.self), let part = reader.word(as: UInt32.self),
            let parts = reader.word(as: UInt32.self), let crc = reader.word(as: UInt32.self)
        else { return nil }
        return RequestIdentity(
            agent: agent, ringHigh: high, ringLow: low, first: first, last: last, part: part, parts: parts, crc: crc)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt16(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        mutating func word<Word: FixedWidthInteger & BitwiseCopyable>(as type: Word.Type) -> Word? {
            let count = MemoryLayout<Word>.size
            guard bytes.count - offset >= count else { return nil }
            defer { offset += count }
            return Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }

        mutating func text() -> String? {
            guard let count = word(as: UInt16.self), bytes.count - offset >= Int(count) else { return nil }
            defer { offset += Int(count) }
            return String(decoding: bytes[offset..<(offset + Int(count))], as: UTF8.self)
        }

        func rest() -> [UInt8] { Array(bytes[offset...]) }
    }
}
