internal import Daemon
internal import Exposition
internal import LinuxSystem
internal import MetricModel

/// Sends the samples of one text, OpenMetrics or Prometheus's own, to a hub as they are read.
struct TextImport: ~Copyable {
    /// What is read, and how.
    struct Terms: Sendable {
        /// The file's name for messages.
        var name: String
        var format: ExpositionFormat
        /// Samples outside are passed over.
        var from: Int64
        var through: Int64
        /// What is older the hub refuses; nil where it does not say.
        var oldest: Int64?
        /// Samples of lines before this one are passed over.
        var fromLine: Int
        /// The file's size, 0 where it has none.
        var byteCount: Int64
        var now: Int64
    }

    /// Why it ended early.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// The first line that may not have been stored.
        let lineNumber: Int
        let isInterruption: Bool
    }

    private let terms: Terms
    private var lines: LineFile
    private var parser: ExpositionParser
    private(set) var sender: TransferSender
    private var progress: TransferProgress
    private var columns = SampleColumns()
    private var labels: Labels?
    /// Families of the parser that the columns have, by number.
    private var families: [Int: Int32] = [:]
    /// The first line whose samples are in `columns`, or would be next.
    private var firstLine = 1

    private static let sampleLimit = 10_000
    private static let labelByteLimit = 4 << 20
    /// No clock is a year ahead: what is, is milliseconds taken for seconds.
    private static let absurdMilliseconds: Int64 = 366 * 86_400_000
    /// Prometheus's `NormalNaN`, which a NaN becomes that comes as text: the same as a scrape would have made of it.
    private static let plainNaN = Double(bitPattern: 0x7ff8_0000_0000_0001)

    init(_ terms: Terms, _ file: consuming FileDescriptor, sender: TransferSender, progress: TransferProgress) {
        self.terms = terms
        lines = LineFile(file)
        var limits = ExpositionParser.Limits()
        limits.lineByteCount = LineFile.lineByteLimit
        parser = ExpositionParser(terms.format, limits: limits, takesQuotedNames: true)
        self.sender = sender
        self.progress = progress
    }

    mutating func run() async throws(Failure) {
        do {
            while let line = try await lines.next() {
                let number = lines.lineNumber
                let isPassedOver = number < terms.fromLine && line.first != UInt8(ascii: "#")
                if !isPassedOver {
                    try parser.takeLine(line, number: number)
                    for sample in parser.takeSamples() { try take(sample, number) }
                }
                if columns.sampleCount >= Self.sampleLimit || columns.labelBytes.count >= Self.labelByteLimit {
                    try await flush()
                }
            }
            try parser.finish(lineNumber: lines.lineNumber)
            try await flush()
        } catch {
            // What was read before a mistake in the text is stored all the same, so that going on behind it works.
            if error is ExpositionError || error is Misplaced { try await flushAtError() }
            throw failure(error)
        }
    }

    func end(_ outcome: String) { progress.end(sender.counts, samples: sender.counts.sent, outcome) }

    /// A sample that cannot be taken, and why.
    private struct Misplaced: Error {
        let reason: String
    }

    private mutating func take(_ sample: ParsedExposition.ParsedSample, _ number: Int) throws(Misplaced) {
        guard let time = sample.unixMilliseconds else {
            throw Misplaced(reason: "the sample has no time; only history can be imported")
        }
        guard time >= terms.from, time <= terms.through else { return sender.leaveOut("outside --start and --end", 1) }
        guard time < terms.now + Self.absurdMilliseconds else {
            throw Misplaced(
                reason: "the sample's time is more than a year ahead"
                    + (terms.format == .openMetrics
                        ? "; if this is Prometheus's own text, with milliseconds, give --format text" : ""))
        }
        if let oldest = terms.oldest, time < oldest {
            throw Misplaced(
                reason: "the sample is of \(UTCTime(unixMilliseconds: time).text), older than the hub keeps samples; "
                    + "raise its storage.retention, or leave such samples out by --start "
                    + UTCTime(unixMilliseconds: oldest).text)
        }
        if labels != sample.labels {
            columns.beginRow(packedLabels: sample.labels.packed, family: family(sample.family))
            labels = sample.labels
        }
        columns.append(unixMilliseconds: time, value: sample.value.isNaN ? Self.plainNaN : sample.value)
    }

    private mutating func family(_ number: Int?) -> Int32 {
        guard let number else { return -1 }
        if let known = families[number] { return known }
        let family = parser.families[number]
        let index = Int32(columns.families.count)
        columns.families.append(
            SampleColumns.Family(name: family.name, type: family.type, help: family.help, unit: family.unit))
        families[number] = index
        return index
    }

    private mutating func flush() async throws(HistoryFailure) {
        try await sender.send(columns)
        columns.removeAll()
        families.removeAll()
        labels = nil
        firstLine = lines.lineNumber + 1
        progress.tell(sender.counts, samples: sender.counts.sent) {
            guard terms.byteCount > 0 else { return "\(terms.name), line \(lines.lineNumber)" }
            let share = 100 * Double(lines.takenByteCount) / Double(terms.byteCount)
            return "\(terms.name), \(HumanText.fixed(share, 1)) %, line \(lines.lineNumber)"
        }
    }

    private mutating func flushAtError() async throws(Failure) {
        let number = lines.lineNumber
        do throws(HistoryFailure) { try await flush() } catch { throw failure(error) }
        firstLine = number
    }

    private func failure(_ error: any Error) -> Failure {
        let place = "\(terms.name):\(max(lines.lineNumber, 1))"
        var isInterruption = false
        var text = "\(place): \(error)"
        switch error {
        case let error as Failure: return error
        case let error as ExpositionError: text = "\(terms.name): \(error)"
        case let error as Misplaced: text = "\(place): \(error.reason)"
        case HistoryFailure.interrupted, LineFile.Failure.interrupted:
            isInterruption = true
            text = "\(place): interrupted"
        case LineFile.Failure.system(let error): text = "\(error)"
        case LineFile.Failure.lineTooLong(let number):
            text = "\(terms.name):\(number): the line has more than \(LineFile.lineByteLimit) bytes"
        default: break
        }
        return Failure(description: text, lineNumber: firstLine, isInterruption: isInterruption)
    }
}
