internal import Daemon
internal import LabelMatching
internal import LinuxSystem
internal import MetricModel
internal import RemoteWrite

/// Carries history from where it is read to a remote-write receiver, in slices of time, the oldest first: that is the
/// order in which receivers take it best, and it needs no more memory than one slice.
///
/// A slice is an hour at first. One that is too large for an answer is halved, down to `leastWidth`; small answers make
/// the next ones longer, up to `greatestWidth`, so that years without samples take no time.
struct SliceTransfer: Sendable {
    let source: any HistorySource
    let sets: [[LabelMatcher]]
    let from: Int64
    let through: Int64
    private(set) var sender: TransferSender
    private var progress: TransferProgress
    private var families: [ExactText: SampleColumns.Family] = [:]
    /// The first time that has not been carried over.
    private(set) var reached: Int64
    private var width: Int64 = 3_600_000

    private static let leastWidth: Int64 = 1000
    private static let greatestWidth: Int64 = 32 * 86_400_000
    /// Bytes of an answer below which the next slice is twice as long.
    private static let smallByteCount = RemoteHistory.replyByteLimit / 8
    private static let attemptLimit: Int64 = 6

    init(
        _ source: any HistorySource, sets: [[LabelMatcher]], from: Int64, through: Int64, sender: TransferSender,
        progress: TransferProgress
    ) {
        self.source = source
        self.sets = sets
        self.from = from
        self.through = through
        self.sender = sender
        self.progress = progress
        reached = from
    }

    /// Returns when all of it has been answered for; after an error `reached` is where to go on.
    mutating func run() async throws(HistoryFailure) {
        do throws(HistoryFailure) { families = try await source.families() } catch {
            switch error {
            case .interrupted, .unreachable: throw error
            case .tooLarge, .refused, .notFound: break
            }
            // Not every server that answers remote read has metadata; the samples are what matters.
            progress.say("types and help are not carried over: \(error)")
        }
        while reached <= through {
            if Task.isCancelled { throw .interrupted }
            let end = min(reached.addingReportingOverflow(width - 1).partialValue, through)
            do throws(HistoryFailure) {
                try await carry(from: reached, through: end)
            } catch {
                guard case .tooLarge(let text) = error else { throw error }
                guard width > Self.leastWidth else { throw .refused(text) }
                width = max(width / 2, Self.leastWidth)
                continue
            }
            reached = end + 1
            let (done, whole) = (Double(reached - from), Double(through - from) + 1)
            progress.tell(sender.counts, samples: sender.counts.sent) {
                "\(HumanText.fixed(100 * done / whole, 1)) %, up to \(UTCTime(unixMilliseconds: end).text)"
            }
        }
    }

    func end(_ outcome: String) { progress.end(sender.counts, samples: sender.counts.sent, outcome) }

    private mutating func carry(from: Int64, through: Int64) async throws(HistoryFailure) {
        var seen: Set<[UInt8]> = []
        var largest = 0
        for (number, matchers) in sets.enumerated() {
            var piece = try await read(matchers, from: from, through: through)
            largest = max(largest, piece.byteCount)
            if sets.count > 1 {
                let before = seen
                var rows: [SampleColumns.Row] = []
                for row in piece.columns.rows {
                    let labels = Array(piece.columns.labelBytes[row.labels])
                    if number > 0, before.contains(labels) { continue }
                    rows.append(row)
                    seen.insert(labels)
                }
                piece.columns = piece.columns.keeping(rows)
            }
            describe(&piece.columns)
            sender.count(piece.counts)
            try await sender.send(piece.columns)
        }
        if largest < Self.smallByteCount { width = min(width * 2, Self.greatestWidth) }
    }

    private func read(
        _ matchers: [LabelMatcher], from: Int64, through: Int64
    ) async throws(HistoryFailure) -> HistoryPiece {
        var attempt: Int64 = 1
        while true {
            do throws(HistoryFailure) {
                return try await source.read(matchers, from: from, through: through)
            } catch {
                guard case .unreachable = error, attempt < Self.attemptLimit else { throw error }
            }
            do { try await Task.sleep(for: .seconds(1 << min(attempt, 4))) } catch { throw .interrupted }
            attempt += 1
        }
    }

    /// Gives each row the family that is known of its metric.
    private func describe(_ columns: inout SampleColumns) {
        guard !families.isEmpty else { return }
        var numbers: [ExactText: Int32] = [:]
        for index in columns.rows.indices {
            let name = columns.labels(of: columns.rows[index]).metricName
            if let known = numbers[ExactText(name)] {
                columns.rows[index].family = known
                continue
            }
            var number: Int32 = -1
            if var family = ExportFamily.described(name, by: families) {
                family.name = name
                number = Int32(columns.families.count)
                columns.families.append(family)
            }
            numbers[ExactText(name)] = number
            columns.rows[index].family = number
        }
    }
}

extension SampleColumns {
    /// The same with these rows only.
    func keeping(_ rows: [Row]) -> SampleColumns {
        var kept = SampleColumns()
        kept.families = families
        for row in rows {
            kept.beginRow(packedLabels: labelBytes[row.labels], family: row.family)
            kept.unixMilliseconds.append(contentsOf: unixMilliseconds[row.samples])
            kept.values.append(contentsOf: values[row.samples])
            kept.rows[kept.rows.count - 1].samples = kept.values.count - row.samples.count..<kept.values.count
        }
        return kept
    }
}
