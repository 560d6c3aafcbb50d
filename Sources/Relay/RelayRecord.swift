internal import RemoteWrite

/// A relayed request ↔ the bytes of a record of a target's ring. Layout in DESIGN.md.
enum RelayRecord {
    static let version: UInt8 = 1
    /// Longer texts are not stored; the hub refuses requests whose headers have them.
    static let textByteLimit = 4096

    /// What is known of a record without its body.
    struct Summary {
        var request: RelayedRequest
        /// The body's place among the bytes.
        var body: Range<Int>
    }

    /// Whether every text of the request fits.
    static func fits(_ request: RelayedRequest) -> Bool {
        texts(request).allSatisfy { $0.utf8.count <= textByteLimit }
    }

    private static func texts(_ request: RelayedRequest) -> [String] {
        [request.contentType, request.sender, request.via, request.origin?.sender ?? ""]
    }

    static func append(_ request: RelayedRequest, to bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.append(request.format == .writeRequest1 ? 1 : 2)
        bytes.append(request.origin == nil ? 0 : 1)
        bytes.append(0)
        for count in [request.sampleCount, request.histogramCount, request.exemplarCount] {
            append(UInt32(clamping: count), to: &bytes)
        }
        append(UInt64(bitPattern: request.receivedUnixMilliseconds), to: &bytes)
        for text in texts(request).prefix(3) { append(text, to: &bytes) }
        if let origin = request.origin {
            append(origin.sender, to: &bytes)
            let records = origin.records
            for word in [records.ringHigh, records.ringLow, records.first, records.last] { append(word, to: &bytes) }
            for word in [records.part, records.partCount, records.checksum] { append(word, to: &bytes) }
        }
        bytes.append(contentsOf: request.body)
    }

    /// Nil where the bytes are not a record of this version. The summary's request has no body yet.
    static func summary(of bytes: UnsafeRawBufferPointer) -> Summary? {
        var reader = ByteFields(bytes)
        guard reader.word(UInt8.self) == version, let format = format(reader.word(UInt8.self)),
            let flags = reader.word(UInt8.self), flags <= 1, reader.word(UInt8.self) != nil,
            let samples = reader.word(UInt32.self), let histograms = reader.word(UInt32.self),
            let exemplars = reader.word(UInt32.self), let received = reader.word(Int64.self),
            let contentType = reader.text(), let sender = reader.text(), let via = reader.text()
        else { return nil }
        var origin: RelayedRequest.Origin?
        if flags == 1 {
            guard let made = self.origin(&reader) else { return nil }
            origin = made
        }
        let request = RelayedRequest(
            format: format, contentType: contentType, sender: sender, origin: origin, via: via,
            receivedUnixMilliseconds: received, sampleCount: Int(samples), histogramCount: Int(histograms),
            exemplarCount: Int(exemplars), body: [])
        return Summary(request: request, body: reader.offset..<bytes.count)
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> RelayedRequest? {
        guard let summary = summary(of: bytes) else { return nil }
        let head = summary.request
        return RelayedRequest(
            format: head.format, contentType: head.contentType, sender: head.sender, origin: head.origin, via: head.via,
            receivedUnixMilliseconds: head.receivedUnixMilliseconds, sampleCount: head.sampleCount,
            histogramCount: head.histogramCount, exemplarCount: head.exemplarCount, body: Array(bytes[summary.body]))
    }

    private static func format(_ number: UInt8?) -> WireFormat? {
        switch number {
        case 1: .writeRequest1
        case 2: .writeRequest2
        default: nil
        }
    }

    private static func origin(_ reader: inout ByteFields) -> RelayedRequest.Origin? {
        guard let sender = reader.text(), let high = reader.word(UInt64.self), let low = reader.word(UInt64.self),
            let first = reader.word(UInt64.self), let last = reader.word(UInt64.self),
            let part = reader.word(UInt32.self), let count = reader.word(UInt32.self),
            let checksum = reader.word(UInt32.self),
            let records = RecordsHeader(
                ringHigh: high, ringLow: low, first: first, last: last, part: part, partCount: count, checksum: checksum
            )
        else { return nil }
        return RelayedRequest.Origin(sender: sender, records: records)
    }

    static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt16(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
