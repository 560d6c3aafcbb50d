import BatchRecord
import MetricModel
import RingLog
import SimulatedSystem
import Testing

/// Encoder, ring and decoder together, as the agent uses them.
@Suite struct RingOfBatchesTests {
    static let settings = RingSettings(
        byteCount: 4 << 20, segmentByteCount: 64 << 10, recordByteLimit: 16 << 10, policy: .overwriteOldest,
        machineID: RingID(high: 1, low: 1), newRingID: RingID(high: 2, low: 2))

    static func append(
        _ batch: SampleBatch, to log: RingLog<SimulatedDisk>, by encoder: inout BatchRecordEncoder
    ) throws(RingError) {
        try log.appendGroup { context, group in
            let place = RecordPlace(
                segmentNumber: context.segmentNumber, recordNumber: context.recordNumber,
                byteOffset: context.byteOffset, recordByteLimit: context.recordByteLimit)
            encoder.encode(batch, at: place) { record, bytes in
                switch record {
                case .dictionary(let isRepeated):
                    group.add(.dictionary, flags: isRepeated ? .repeated : [], bytes)
                case .samples(let isBatchEnd): group.add(.samples, flags: isBatchEnd ? .batchEnd : [], bytes)
                }
            }
        }
        encoder.confirm()
    }

    /// Every sample that can be read, in order; each segment's dictionary is read whole first.
    static func samples(_ log: RingLog<SimulatedDisk>) throws -> (samples: [DecodedSample], undeclared: Int) {
        var records: [(segment: UInt64, bytes: [UInt8])] = []
        try log.read(from: 1, includingUncommitted: true) { header, bytes in
            if header.kind == .samples { records.append((header.segmentNumber, Array(bytes))) }
            return true
        }
        var samples: [DecodedSample] = []
        var undeclared = 0
        var dictionary = SegmentDictionary()
        var segment: UInt64?
        for record in records {
            if record.segment != segment {
                segment = record.segment
                dictionary.removeAll()
                var failure: BatchRecordError?
                try log.readDictionary(ofSegment: record.segment) { _, bytes in
                    do throws(BatchRecordError) { try dictionary.add(bytes) } catch { failure = error }
                }
                if let failure { throw failure }
            }
            undeclared += try record.bytes.withUnsafeBytes {
                try BatchRecordDecoder().decode($0, with: dictionary) { entry in
                    samples.append(
                        DecodedSample(
                            labels: entry.declaration.labels, unixMilliseconds: entry.unixMilliseconds,
                            bits: entry.value.bitPattern))
                }.undeclaredCount
            }
        }
        return (samples, undeclared)
    }

    static func batch(_ round: Int, _ series: [Series]) -> SampleBatch {
        var batch = SampleBatch(clock: BatchRecordTests.clock, limit: 1000)
        for index in 0..<(200 + round % 50) {
            batch.append(
                Sample(series[index], unixMilliseconds: Int64(round) * 1000, value: Double(index * round) / 8))
        }
        return batch
    }

    /// Across segments, restarts, failing writes and power cuts, every committed sample decodes to what it was.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func samplesOutliveEverything(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk(seed: seed)
        let series = BatchRecordTests.series(300)
        var expected: [DecodedSample] = []
        var uncommitted: [DecodedSample] = []
        var round = 0
        for _ in 0..<6 {
            let log = try RingLog(opening: disk, settings: Self.settings)
            var encoder = BatchRecordEncoder()
            for _ in 0..<Int.random(in: 1..<25, using: &random) {
                round += 1
                let batch = Self.batch(round, series)
                try Self.append(batch, to: log, by: &encoder)
                uncommitted += batch.samples.map(DecodedSample.init)
                if random.oneIn(4) {
                    disk.faults[disk.operationCount + Int.random(in: 0..<3, using: &random)] = .failsHalfway(
                        errorNumber: 5)
                }
                if random.oneIn(2) {
                    do throws(RingError) { try log.commit() } catch {
                        // Too many failures for one commit; the disk is fine again by the next.
                        log.reconsiderFailedSegments()
                        try log.commit()
                    }
                    expected += uncommitted
                    uncommitted = []
                }
            }
            disk.faults = [:]
            disk.cutPower()
            let found = try Self.samples(RingLog(opening: disk, settings: Self.settings))
            #expect(found.undeclared == 0)
            #expect(found.samples.prefix(expected.count) == expected[...], "seed \(seed)")
            // What was not committed may be there or not, in order.
            var rest = uncommitted[...]
            for sample in found.samples.dropFirst(expected.count) {
                guard let position = rest.firstIndex(of: sample) else {
                    Issue.record("\(sample) was never appended, or not there, seed \(seed)")
                    return
                }
                rest = rest[(position + 1)...]
            }
            expected = found.samples
            uncommitted = []
        }
    }
}
