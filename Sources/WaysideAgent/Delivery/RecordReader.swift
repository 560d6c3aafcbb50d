internal import BatchRecord
internal import MetricModel
internal import RingLog
internal import Shipping

/// Reads records of the ring for one destination and keeps the dictionary of the segment it is in.
struct RecordReader {
    private var dictionary: SegmentDictionary
    private var segment: UInt64?
    /// Whether the declarations behind the records being read were loaded too.
    private var isDictionaryWhole = false
    private let decoder = BatchRecordDecoder()
    private var corrections = TimeCorrections()
    /// Samples whose record or declaration was damaged.
    private(set) var unreadableSamples: UInt64 = 0
    /// Records that could not be decoded.
    private(set) var unreadableRecords: UInt64 = 0

    init(seriesLimit: Int) {
        dictionary = SegmentDictionary(seriesLimit: seriesLimit)
    }

    /// What the planner must know of the records from `first` on, those not yet committed too.
    mutating func summaries<Disk: RingDisk>(
        from first: RecordNumber, in ring: RingLog<Disk>, byteLimit: Int
    ) throws(RingError) -> [RecordSummary] {
        var summaries: [RecordSummary] = []
        var failures: UInt64 = 0
        try ring.read(from: first, byteLimit: byteLimit, includingUncommitted: true) { header, bytes in
            var samples = 0
            var bootID = BootID(high: 0, low: 0)
            var bootNanoseconds: Int64 = 0
            if header.kind == .samples {
                do throws(BatchRecordError) {
                    let summary = try decoder.summary(of: bytes)
                    samples = summary.sampleCount
                    bootID = summary.clock.bootID
                    bootNanoseconds = summary.clock.bootNanoseconds
                } catch { failures += 1 }
            }
            summaries.append(
                RecordSummary(
                    number: header.number, endsBatch: header.flags.contains(.batchEnd), byteCount: bytes.count,
                    sampleCount: samples, bootID: bootID, bootNanoseconds: bootNanoseconds,
                    isAlone: header.flags.contains(.alone)))
            return true
        }
        unreadableRecords += failures
        return summaries
    }

    /// Gives every sample of a planned request to `assembler`, at its true time by what `corrections` say.
    mutating func assemble<Disk: RingDisk>(
        _ request: PlannedRequest, from ring: RingLog<Disk>, corrections: TimeCorrections,
        into assembler: inout RequestAssembler
    ) throws(RingError) {
        self.corrections = corrections
        var next = request.firstRecord
        while next <= request.lastRecord {
            guard let current = ring.segmentNumber(of: next) else {
                // Of a segment that is gone or damaged whole: what lies behind it is still to be read.
                next += 1
                continue
            }
            if current != segment { try enter(current, before: next, in: ring) }
            next = try assemble(from: next, through: request.lastRecord, in: ring, into: &assembler)
        }
    }

    /// Forgets the declarations, so that they are read anew: after a read that failed halfway.
    mutating func forgetSegment() {
        dictionary.removeAll()
        segment = nil
        isDictionaryWhole = false
    }

    /// Loads the declarations that a segment made before `record`, the carried ones too.
    private mutating func enter<Disk: RingDisk>(_ number: UInt64, before record: RecordNumber, in ring: RingLog<Disk>)
        throws(RingError)
    {
        forgetSegment()
        try load(number, through: record, in: ring)
        segment = number
    }

    private mutating func load<Disk: RingDisk>(_ number: UInt64, through last: RecordNumber?, in ring: RingLog<Disk>)
        throws(RingError)
    {
        var failures: UInt64 = 0
        try ring.readDictionary(ofSegment: number, through: last) { _, bytes in
            do throws(BatchRecordError) { try dictionary.add(bytes) } catch { failures += 1 }
        }
        unreadableRecords += failures
    }

    /// Reads on to the end of the request or of the segment, and answers where to go on.
    private mutating func assemble<Disk: RingDisk>(
        from first: RecordNumber, through last: RecordNumber, in ring: RingLog<Disk>,
        into assembler: inout RequestAssembler
    ) throws(RingError) -> RecordNumber {
        var stop: RecordNumber?
        var lacksDeclarations = false
        // Of the dictionary as it is: a segment keeps its layouts while records of it are read.
        var families: [ObjectIdentifier: Int32] = [:]
        let next = try ring.read(from: first, through: last, includingUncommitted: true) { header, bytes in
            if header.segmentNumber != segment {
                stop = header.number
                return false
            }
            switch header.kind {
            case .dictionary:
                do throws(BatchRecordError) { try dictionary.add(bytes) } catch { unreadableRecords += 1 }
            case .samples:
                if !isDictionaryWhole && isUndeclared(bytes) {
                    lacksDeclarations = true
                    stop = header.number
                    return false
                }
                add(header.number, bytes, into: &assembler, families: &families)
            default:
                break
            }
            return true
        }
        if lacksDeclarations, let segment {
            // A dictionary record was damaged: each is written again later in the segment, which is looked for only now,
            // because it takes reading to the segment's end.
            try load(segment, through: nil, in: ring)
            isDictionaryWhole = true
        }
        return stop ?? max(next, last + 1)
    }

    private func isUndeclared(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // What cannot be decoded is counted when it is decoded.
        do throws(BatchRecordError) {
            return try decoder.undeclaredCount(of: bytes, with: dictionary) > 0
        } catch { return false }
    }

    private mutating func add(
        _ record: RecordNumber, _ bytes: UnsafeRawBufferPointer, into assembler: inout RequestAssembler,
        families: inout [ObjectIdentifier: Int32]
    ) {
        do throws(BatchRecordError) {
            if isDictionaryWhole, isUndeclared(bytes) {
                // Messages count with all their samples or not at all (`IntakeRecovery`).
                let summary = try decoder.summary(of: bytes)
                if !summary.annotation.isEmpty {
                    unreadableSamples += UInt64(summary.sampleCount)
                    return
                }
            }
            let offset =
                corrections.isEmpty
                ? 0 : corrections.offsetMilliseconds(of: record, try decoder.summary(of: bytes).clock)
            let summary = try decoder.decode(bytes, with: dictionary) { entry in
                let family = families[entry.familyID] ?? assembler.family(entry.family)
                families[entry.familyID] = family
                assembler.add(
                    entry.packedLabels, family: family, unixMilliseconds: entry.unixMilliseconds &+ offset,
                    value: entry.value)
            }
            unreadableSamples += UInt64(summary.undeclaredCount)
        } catch {
            unreadableRecords += 1
        }
    }
}
