import BatchRecord
import MetricModel
import RingLog
import SimulatedSystem
import TestValues
import Testing

/// Batches through a real ring on the simulated disk: encode, append, crash, recover, decode.
@Suite struct RingTests {
    private static func settings(segmentByteCount: Int = 96 << 10) -> RingSettings {
        RingSettings(
            byteCount: 5 * segmentByteCount, segmentByteCount: segmentByteCount, recordByteLimit: 8 << 10,
            policy: .overwriteOldest, machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 99))
    }

    /// What was appended, by the number of the samples record it went into.
    private struct Model {
        var samples: [RecordNumber: [PlainSample]] = [:]
        var annotations: [RecordNumber: [UInt8]] = [:]
        var committedThrough: RecordNumber = 0
        /// Survived a crash before they were committed, without their declarations.
        var incomplete: Set<RecordNumber> = []
        /// Everything up to here may be gone: the ring has reported it.
        var mayBeGoneThrough: RecordNumber = 0
    }

    private static func append(
        _ batch: SampleBatch, to ring: RingLog<SimulatedDisk>, _ encoder: inout BatchRecordEncoder, _ model: inout Model
    ) throws {
        var kinds: [EncodedRecord] = []
        var counts: [Int] = []
        let numbers = try ring.appendGroup { context, group in
            kinds = []
            counts = []
            let place = RecordPlace(
                segmentNumber: context.segmentNumber, recordNumber: context.recordNumber,
                byteOffset: context.byteOffset, recordByteLimit: context.recordByteLimit)
            encoder.encode(batch, at: place) { kind, bytes in
                kinds.append(kind)
                switch kind {
                case .dictionary(let isRepeated):
                    group.add(.dictionary, flags: isRepeated ? .repeated : [], bytes)
                    counts.append(0)
                case .samples(let isBatchEnd):
                    group.add(.samples, flags: isBatchEnd ? .batchEnd : [], bytes)
                    // A record that was just made can be read.
                    counts.append((try? BatchRecordDecoder().summary(of: bytes).sampleCount) ?? -1)
                }
            }
        }
        encoder.confirm()
        note(ring, &model)
        var left = batch.samples.map(PlainSample.init)[...]
        for (index, number) in numbers.enumerated() {
            model.samples[number] = nil
            model.annotations[number] = nil
            model.incomplete.remove(number)
            guard case .samples(let isBatchEnd) = kinds[index] else { continue }
            model.samples[number] = Array(left.prefix(counts[index]))
            left = left.dropFirst(counts[index])
            if isBatchEnd { model.annotations[number] = batch.annotation }
        }
        #expect(left.isEmpty)
    }

    /// Reads the whole ring as a shipper does and compares; answers how many samples were read.
    private static func check(
        _ ring: RingLog<SimulatedDisk>, _ model: inout Model, damagedRecords: Int = 0, _ comment: Comment
    ) throws -> Int {
        var dictionaries: [UInt64: SegmentDictionary] = [:]
        var found: [(header: RecordHeader, bytes: [UInt8])] = []
        try ring.read(from: ring.oldestRecord, includingUncommitted: true) { header, bytes in
            found.append((header, Array(bytes)))
            return true
        }
        for segment in Set(found.map(\.header.segmentNumber)) {
            var dictionary = SegmentDictionary()
            var failures = 0
            try ring.readDictionary(ofSegment: segment) { _, bytes in
                do { try dictionary.add(bytes) } catch { failures += 1 }
            }
            #expect(failures == 0, comment)
            dictionaries[segment] = dictionary
        }
        var count = 0
        for (header, bytes) in found where header.kind == .samples {
            let dictionary = try #require(dictionaries[header.segmentNumber])
            let (samples, summary) = try RecordShelf.decode(bytes, with: dictionary)
            // What was never committed may have lost its declarations with the power.
            if header.number > model.committedThrough && summary.undeclaredCount > 0 {
                model.incomplete.insert(header.number)
            } else if !model.incomplete.contains(header.number) {
                #expect(samples == model.samples[header.number], "record \(header.number), \(comment)")
                let annotation = model.annotations[header.number] ?? []
                #expect(Array(bytes[summary.annotation]) == annotation, comment)
            }
            count += samples.count
        }
        note(ring, &model)
        let numbers = Set(found.map(\.header.number))
        let missing = model.samples.keys.filter {
            $0 > model.mayBeGoneThrough && $0 <= model.committedThrough && !numbers.contains($0)
        }
        #expect(missing.count <= damagedRecords, "\(missing), \(comment)")
        // What was not committed and is gone need never come again.
        for number in model.samples.keys where number > model.committedThrough && !numbers.contains(number) {
            model.samples[number] = nil
        }
        return count
    }

    @Test func whatWasCommittedDecodesAfterCrashes() throws {
        var readCount = 0
        for seed in UInt64(1)...5 {
            var random = SeededRandom(seed: seed)
            let disk = SimulatedDisk(seed: seed)
            var maker = BatchMaker(seed: seed)
            var model = Model()
            for life in 0..<5 {
                let ring = try RingLog(opening: disk, settings: Self.settings())
                var encoder = BatchRecordEncoder()
                readCount += try Self.check(ring, &model, "seed \(seed), life \(life)")
                model.committedThrough = max(model.committedThrough, ring.lastDurableRecord)
                // A write that fails moves what it held, dictionary and all, into the next segment.
                let failing = disk.operationCount + Int.random(in: 0..<80, using: &random)
                disk.faults[failing] = .failsHalfway(errorNumber: 5)
                for _ in 0..<Int.random(in: 1..<60, using: &random) {
                    let batch = maker.batch(
                        count: Int.random(in: 0..<400, using: &random), annotation: random.oneIn(3) ? 100 : 0)
                    try Self.append(batch, to: ring, &encoder, &model)
                    if random.oneIn(4) { try Self.commit(ring, &model) }
                    if random.oneIn(20) { readCount += try Self.check(ring, &model, "seed \(seed), open") }
                }
                disk.cutPower()
            }
        }
        #expect(readCount > 20_000)
    }

    private static func note(_ ring: RingLog<SimulatedDisk>, _ model: inout Model) {
        for range in ring.takeOverwritten() { model.mayBeGoneThrough = max(model.mayBeGoneThrough, range.last) }
    }

    private static func commit(_ ring: RingLog<SimulatedDisk>, _ model: inout Model) throws {
        defer { note(ring, &model) }
        // Of two tries one meets the fault; what it leaves behind is written by the other.
        do throws(RingError) { try ring.commit() } catch {
            ring.reconsiderFailedSegments()
            try ring.commit()
        }
        model.committedThrough = ring.lastRecord
    }

    /// One bit on flash costs the samples of one record at most, wherever it flips.
    @Test func aFlippedBitCostsOneRecord() throws {
        let disk = SimulatedDisk(seed: 5)
        var maker = BatchMaker(seed: 5)
        var model = Model()
        var encoder = BatchRecordEncoder()
        var ring = try RingLog(opening: disk, settings: Self.settings(segmentByteCount: 512 << 10))
        for _ in 0..<12 {
            try Self.append(maker.batch(count: 60), to: ring, &encoder, &model)
            try ring.commit()
        }
        // So that all of it is declared twice, as it is in a segment of the usual size but for its last 64 KiB.
        for _ in 0..<8 {
            try Self.append(maker.batch(count: 0, annotation: 4000), to: ring, &encoder, &model)
            try Self.append(maker.batch(count: 0, annotation: 4000), to: ring, &encoder, &model)
            try Self.append(maker.batch(count: 0, annotation: 4000), to: ring, &encoder, &model)
            try ring.commit()
        }
        try Self.append(maker.batch(count: 0, annotation: 1), to: ring, &encoder, &model)
        try Self.commit(ring, &model)
        let whole = try Self.check(ring, &model, "undamaged")
        #expect(whole == 720)
        let name = try #require(
            disk.image.max { $0.value.count(where: { $0 != 0 }) < $1.value.count(where: { $0 != 0 }) })
        var random = SeededRandom(seed: 9)
        for offset in stride(from: 4096, to: 200_000, by: 1201) {
            let bit = Int.random(in: 0..<8, using: &random)
            disk.flipBit(file: name.key, byteOffset: offset, bit: bit)
            ring = try RingLog(opening: disk, settings: Self.settings(segmentByteCount: 512 << 10))
            let count = try Self.check(ring, &model, damagedRecords: 1, "byte \(offset)")
            #expect(whole - count <= 60, "byte \(offset)")
            disk.flipBit(file: name.key, byteOffset: offset, bit: bit)
        }
    }
}
