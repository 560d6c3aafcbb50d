import BatchRecord
import MetricModel

/// Keeps records as a log does, in segments, without a disk, and can lose or damage any of them.
struct RecordShelf {
    struct Stored {
        let kind: EncodedRecord
        let segment: UInt64
        let number: UInt64
        let offset: Int
        var bytes: [UInt8]

        var isSamples: Bool { if case .samples = kind { true } else { false } }
    }

    var encoder: BatchRecordEncoder
    let segmentByteCount: Int
    let recordByteLimit: Int
    private(set) var stored: [Stored] = []
    private(set) var segment: UInt64 = 1
    private(set) var offset = 4096
    private(set) var number: UInt64 = 1
    /// The samples that went into each samples record's batch, in order.
    private(set) var expected: [PlainSample] = []

    init(
        encoder: BatchRecordEncoder = BatchRecordEncoder(), segmentByteCount: Int = 4 << 20,
        recordByteLimit: Int = 256 << 10
    ) {
        self.encoder = encoder
        self.segmentByteCount = segmentByteCount
        self.recordByteLimit = recordByteLimit
    }

    var place: RecordPlace {
        RecordPlace(
            segmentNumber: segment, recordNumber: number, byteOffset: offset, recordByteLimit: recordByteLimit)
    }

    /// Encodes without keeping anything.
    mutating func encode(_ batch: SampleBatch) -> [(kind: EncodedRecord, bytes: [UInt8])] {
        var records: [(kind: EncodedRecord, bytes: [UInt8])] = []
        encoder.encode(batch, at: place) { records.append(($0, Array($1))) }
        return records
    }

    /// Appends a batch, in the next segment where it does not fit into this one; false where it fits into none.
    @discardableResult
    mutating func append(_ batch: SampleBatch) -> Bool {
        var records = encode(batch)
        if size(records) > segmentByteCount - offset {
            roll()
            records = encode(batch)
        }
        guard size(records) <= segmentByteCount - offset else { return false }
        for record in records {
            stored.append(
                Stored(kind: record.kind, segment: segment, number: number, offset: offset, bytes: record.bytes))
            offset += RecordShelf.framed(record.bytes.count)
            number += 1
        }
        encoder.confirm()
        expected += batch.samples.map(PlainSample.init)
        return true
    }

    mutating func roll() {
        segment += 1
        offset = 4096
    }

    /// What the log does between commits: a new page.
    mutating func commit() { offset = (offset + 4095) / 4096 * 4096 }

    mutating func damage(_ index: Int) { stored[index].bytes = [] }
    mutating func replace(_ index: Int, by bytes: [UInt8]) { stored[index].bytes = bytes }

    static func framed(_ byteCount: Int) -> Int { 24 + (byteCount + 7) / 8 * 8 }

    private func size(_ records: [(kind: EncodedRecord, bytes: [UInt8])]) -> Int {
        records.reduce(0) { $0 + RecordShelf.framed($1.bytes.count) }
    }

    /// The dictionary of a segment, of those of its records that can be read and that `isHere` keeps.
    func dictionary(_ segment: UInt64, where isHere: (Stored) -> Bool = { _ in true }) -> SegmentDictionary {
        var dictionary = SegmentDictionary()
        for record in stored where record.segment == segment && !record.isSamples && isHere(record) {
            // A record that a test has damaged is one that is not there.
            try? record.bytes.withUnsafeBytes { try dictionary.add($0) }
        }
        return dictionary
    }

    /// Every samples record decoded by itself, in the order of the log.
    func decode() throws -> [PlainSample] {
        var dictionaries: [UInt64: SegmentDictionary] = [:]
        var samples: [PlainSample] = []
        for record in stored where record.isSamples && !record.bytes.isEmpty {
            let known = dictionaries[record.segment] ?? dictionary(record.segment)
            dictionaries[record.segment] = known
            samples += try RecordShelf.decode(record.bytes, with: known).samples
        }
        return samples
    }

    static func decode(
        _ bytes: [UInt8], with dictionary: SegmentDictionary
    ) throws -> (samples: [PlainSample], summary: BatchRecordDecoder.Summary) {
        var samples: [PlainSample] = []
        let summary = try bytes.withUnsafeBytes { raw in
            try BatchRecordDecoder().decode(raw, with: dictionary) { samples.append(PlainSample($0)) }
        }
        return (samples, summary)
    }

    static func summary(_ bytes: [UInt8]) throws -> BatchRecordDecoder.Summary {
        try bytes.withUnsafeBytes { try BatchRecordDecoder().summary(of: $0) }
    }
}
