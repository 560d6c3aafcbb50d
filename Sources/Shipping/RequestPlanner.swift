package import MetricModel

/// Says where requests end, from the ring's records alone: after a restart the same records make the same requests.
///
/// Feed it every record from the cursor on, in order, and take requests out with `next`. The rule, and why a request
/// may be closed before the record that ends it has been seen, are in DESIGN.md.
package struct RequestPlanner: Sendable {
    package struct Limits: Sendable, Hashable {
        /// How long a request gathers batches, by the batches' own times; 0 makes each batch a request.
        package var batchForNanoseconds: Int64
        /// A request ends before the batch that would take it past one of these; a batch larger than they are is a
        /// request of its own.
        package var sampleLimit: Int
        package var byteLimit: Int
        /// The longest time that passes between reading a batch's clock and having it in the ring.
        package var settleNanoseconds: Int64

        package init(
            batchForNanoseconds: Int64, sampleLimit: Int, byteLimit: Int, settleNanoseconds: Int64 = 2_000_000_000
        ) {
            precondition(batchForNanoseconds >= 0 && settleNanoseconds >= 0, "durations are not negative")
            precondition(sampleLimit > 0 && byteLimit > 0, "a request holds something")
            self.batchForNanoseconds = batchForNanoseconds
            self.sampleLimit = sampleLimit
            self.byteLimit = byteLimit
            self.settleNanoseconds = settleNanoseconds
        }
    }

    /// What there is to do now.
    package enum Plan: Sendable, Hashable {
        case request(PlannedRequest)
        /// A request is gathering; it is closed at this CLOCK_BOOTTIME, unless a record closes it before.
        case waitUntil(bootNanoseconds: Int64)
        /// Nothing to do until the next record.
        case waitForRecords
    }

    /// Whole batches, or the beginning of one.
    private struct Span {
        var first: UInt64
        var last: UInt64
        var samples = 0
        var bytes = 0
        var bootID: BootID
        /// When its first batch was taken.
        var startNanoseconds: Int64
        var isAlone = false

        var request: PlannedRequest {
            PlannedRequest(firstRecord: first, lastRecord: last, sampleCount: samples, byteCount: bytes)
        }
    }

    private let limits: Limits
    /// A boundary stands behind this record whatever the rule says: what was attempted is never mixed with what is new.
    private let attemptedThrough: UInt64?
    private var nextRecord: UInt64
    /// The record behind the last whole batch.
    private var batchStart: UInt64
    private var closed: [PlannedRequest] = []
    private var gathering: Span?
    private var unfinished: Span?

    /// - Parameters:
    ///   - firstRecord: the first record that is not acknowledged, or the oldest there is.
    ///   - attemptedThrough: the last record of any request tried before, as far as it is known.
    package init(firstRecord: UInt64, limits: Limits, attemptedThrough: UInt64? = nil) {
        nextRecord = firstRecord
        batchStart = firstRecord
        self.limits = limits
        self.attemptedThrough = attemptedThrough
    }

    /// The record that `add` expects at the earliest. Numbers may be left out (damaged records), never repeated.
    package var expectedRecord: UInt64 { nextRecord }

    /// How many requests wait to be taken; stop adding records while there are any, to keep memory bounded.
    package var closedCount: Int { closed.count }

    /// Takes the next record of the ring.
    ///
    /// Records that hold no samples lead a request and never end it: otherwise where it ends would depend on how many
    /// of them there were when it was closed.
    package mutating func add(_ record: RecordSummary) {
        precondition(record.number >= nextRecord, "record \(record.number) came where \(nextRecord) was due")
        nextRecord = record.number + 1
        guard record.sampleCount > 0 || unfinished != nil else { return }
        var batch =
            unfinished
            ?? Span(
                first: batchStart, last: record.number, bootID: record.bootID,
                startNanoseconds: record.bootNanoseconds)
        batch.last = record.number
        batch.samples += record.sampleCount
        batch.bytes += record.byteCount
        batch.isAlone = batch.isAlone || record.isAlone
        unfinished = record.endsBatch ? nil : batch
        if record.endsBatch { finish(batch) }
    }

    /// The next request if one is complete at this time of this boot, or when to ask again.
    package mutating func next(bootNanoseconds now: Int64, bootID: BootID) -> Plan {
        if !closed.isEmpty { return .request(closed.removeFirst()) }
        guard let span = gathering else { return .waitForRecords }
        if let unfinished {
            // It is part of this request, or its end will show that it is not; only the end says how large it is.
            guard isEnded(span, before: unfinished) else { return .waitForRecords }
        } else if span.bootID == bootID {
            let due = span.startNanoseconds + window + limits.settleNanoseconds
            guard now >= due else { return .waitUntil(bootNanoseconds: due) }
        }
        gathering = nil
        return .request(span.request)
    }

    /// Closes what is gathered, for a destination that is to be served before the agent ends. Whole batches only.
    package mutating func flush() -> PlannedRequest? {
        if !closed.isEmpty { return closed.removeFirst() }
        defer { gathering = nil }
        return gathering?.request
    }

    /// Like `flush`, for records behind which this planner is given none: a batch whose end is missing is closed too.
    package mutating func flushAll() -> PlannedRequest? {
        if let request = flush() { return request }
        defer { unfinished = nil }
        return unfinished?.request
    }

    private mutating func finish(_ batch: Span) {
        batchStart = batch.last + 1
        var span = batch
        if let before = gathering {
            if isEnded(before, before: batch) {
                closed.append(before.request)
            } else {
                span = before
                span.last = batch.last
                span.samples += batch.samples
                span.bytes += batch.bytes
            }
        }
        let isFull =
            span.isAlone || window == 0 || span.samples >= limits.sampleLimit || span.bytes >= limits.byteLimit
            || span.last == attemptedThrough
        gathering = isFull ? nil : span
        if isFull { closed.append(span.request) }
    }

    /// Whether the rule puts a boundary between what is gathered and the batch behind it.
    private func isEnded(_ span: Span, before batch: Span) -> Bool {
        if let attemptedThrough, span.last <= attemptedThrough, batch.last > attemptedThrough { return true }
        return batch.isAlone || batch.bootID != span.bootID || batch.startNanoseconds - span.startNanoseconds >= window
            || span.samples + batch.samples > limits.sampleLimit || span.bytes + batch.bytes > limits.byteLimit
    }

    /// An eighth less than `batch_for`, so that the jitter of a collector's ticks does not decide whether a batch on
    /// the edge belongs to one request or the next.
    private var window: Int64 { limits.batchForNanoseconds - limits.batchForNanoseconds / 8 }
}
