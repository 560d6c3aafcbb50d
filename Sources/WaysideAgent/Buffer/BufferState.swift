internal import BatchRecord
internal import MetricModel
internal import RingLog

/// The ring with its encoder, and what has become of them: what `AgentBuffer` guards with its lock.
struct BufferState<Disk: RingDisk> {
    let ring: RingLog<Disk>
    private var encoder = BatchRecordEncoder()
    /// CLOCK_BOOTTIME of the oldest append that waits for a commit.
    private(set) var uncommittedSince: Int64?
    var status: BufferStatus

    init(ring: RingLog<Disk>, status: BufferStatus) {
        self.ring = ring
        self.status = status
    }

    mutating func append(_ batch: SampleBatch) throws(AgentBufferError) {
        let records: Range<RecordNumber>
        do throws(RingError) {
            records = try ring.appendGroup { context, group in
                encoder.encode(batch, at: RecordPlace(context)) { record, bytes in
                    switch record {
                    case .dictionary(let isRepeated):
                        group.add(.dictionary, flags: isRepeated ? .repeated : [], bytes)
                    case .samples(let isBatchEnd):
                        group.add(.samples, flags: isBatchEnd ? .batchEnd : [], bytes)
                    }
                }
            }
        } catch {
            throw .notAppended(error)
        }
        encoder.confirm()
        status.appendedSamples += UInt64(batch.samples.count)
        status.refusedSamples = encoder.refusedSampleCount
        status.time.note(batch.clock, lastRecord: ring.lastRecord)
        correctLate(batch.clock, records, samples: batch.samples.count)
        noteUncommitted(batch.clock.bootNanoseconds)
        recordLosses()
    }

    mutating func append(_ record: StateRecord, bootNanoseconds now: Int64) throws(AgentBufferError) {
        try append(.state, bootNanoseconds: now) { record.encode(into: &$0) }
    }

    /// Appends a record that stands alone.
    mutating func append(
        _ kind: RecordKind, bootNanoseconds now: Int64, encode: (inout [UInt8]) -> Void
    ) throws(AgentBufferError) {
        do throws(RingError) {
            try ring.append(kind) { _, bytes in encode(&bytes) }
        } catch {
            throw .notAppended(error)
        }
        noteUncommitted(now)
        recordLosses()
    }

    /// Only bytes that reached the disk end a problem: a commit of nothing proves nothing.
    mutating func commit() throws(AgentBufferError) {
        let hadBytes = ring.uncommittedByteCount > 0
        do throws(RingError) {
            try ring.commit()
        } catch {
            throw .notDurable(error)
        }
        uncommittedSince = nil
        if hadBytes { status.problem = "" }
    }

    private mutating func noteUncommitted(_ now: Int64) {
        if uncommittedSince == nil { uncommittedSince = now }
    }

    /// Counts what was unsent in segments that the ring is about to reuse, and writes it down as a gap. The count
    /// stands even where the gap cannot be written.
    private mutating func recordLosses() {
        for range in ring.takeOverwritten() {
            guard let first = range.firstUnacknowledged else { continue }
            let gap = LostSamples.count(in: ring, first: first, range: range)
            status.lostSamples += gap.sampleCount
            do throws(RingError) {
                try ring.append(.gap) { _, bytes in gap.encode(into: &bytes) }
            } catch {
                status.failureCount += 1
                status.problem = "\(error)"
            }
        }
    }
}

extension RecordPlace {
    init(_ context: SegmentContext) {
        self.init(
            segmentNumber: context.segmentNumber, recordNumber: context.recordNumber, byteOffset: context.byteOffset,
            recordByteLimit: context.recordByteLimit)
    }
}
