internal import MetricModel

/// Reads Prometheus text 0.0.4 and OpenMetrics 1.0.0.
///
/// It takes what Prometheus's own readers take: exemplars are read over, an unknown comment is skipped, a type word it
/// does not know is `unknown`. In OpenMetrics `# EOF` must be the last line. A whole text is read by `parse`, one that
/// comes in pieces line by line.
package struct ExpositionParser {
    /// What is refused, so that a target cannot take the scraper's memory.
    package struct Limits: Sendable {
        package var byteCount: Int
        package var sampleCount: Int
        package var labelsPerSample: Int
        package var lineByteCount: Int
        package var familyCount: Int

        package init(
            byteCount: Int = 64 << 20, sampleCount: Int = 1_000_000, labelsPerSample: Int = 128,
            lineByteCount: Int = 1 << 20, familyCount: Int = 200_000
        ) {
            self.byteCount = byteCount
            self.sampleCount = sampleCount
            self.labelsPerSample = labelsPerSample
            self.lineByteCount = lineByteCount
            self.familyCount = familyCount
        }
    }

    private let format: ExpositionFormat
    private let limits: Limits
    /// Whether names may be any text in quotes, as in `{"disk.used", "host name"="a"} 1`.
    private let takesQuotedNames: Bool
    private var result = ParsedExposition()
    /// Whether `# EOF` has come.
    package private(set) var isEnded = false
    /// The last sample's line as far as its name and labels go, with the blanks behind them, and what it says. Texts
    /// that hold history have many samples of a series in a row.
    private var knownStart: [UInt8] = []
    private var knownLabels = Labels.empty
    private var knownFamily: Int?

    /// For a text that comes line by line. Names in quotes are those of OpenMetrics's coming version, which Prometheus 3
    /// writes already. `sampleCount` bounds the samples between two calls of `takeSamples`, and `byteCount` nothing.
    package init(_ format: ExpositionFormat, limits: Limits = Limits(), takesQuotedNames: Bool) {
        self.format = format
        self.limits = limits
        self.takesQuotedNames = takesQuotedNames
    }

    /// Reads a whole text.
    package static func parse(
        _ bytes: [UInt8], format: ExpositionFormat, limits: Limits = Limits()
    ) throws(ExpositionError) -> ParsedExposition {
        guard bytes.count <= limits.byteCount else {
            throw ExpositionError(.tooLong(limit: limits.byteCount), line: 1, column: limits.byteCount + 1)
        }
        var parser = ExpositionParser(format, limits: limits, takesQuotedNames: false)
        var start = 0
        var number = 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            try parser.takeLine(bytes[start..<end], number: number)
            start = end + 1
            number += 1
        }
        try parser.finish(lineNumber: number)
        return parser.result
    }

    /// Reads the next line, given without its line feed; `number` is its number from 1, for errors.
    package mutating func takeLine(_ bytes: ArraySlice<UInt8>, number: Int) throws(ExpositionError) {
        guard bytes.count <= limits.lineByteCount else {
            throw ExpositionError(.tooLong(limit: limits.lineByteCount), line: number, column: 1)
        }
        try takeLine(LineCursor(bytes, line: number))
    }

    /// Tells that there is no further line.
    package func finish(lineNumber: Int) throws(ExpositionError) {
        if format == .openMetrics && !isEnded { throw ExpositionError(.missingEnd, line: lineNumber, column: 1) }
    }

    /// What the families' lines have said so far.
    package var families: [ParsedExposition.Family] { result.families }

    /// The samples read since the last call.
    package mutating func takeSamples() -> [ParsedExposition.ParsedSample] { result.takeSamples() }

    private mutating func takeLine(_ line: LineCursor) throws(ExpositionError) {
        var line = line
        if isEnded { throw line.error(.textAfterEnd) }
        if format == .text004 { line.skipBlanks() }
        if line.isAtEnd {
            if format == .openMetrics { throw line.error(.expected("a sample or a comment")) }
        } else if line.take("#") {
            try takeComment(&line)
        } else {
            try takeSample(&line)
        }
    }

    private mutating func takeComment(_ line: inout LineCursor) throws(ExpositionError) {
        line.skipBlanks()
        // What a family's lines say may change which family a sample is of.
        knownStart.removeAll(keepingCapacity: true)
        if format == .openMetrics, line.rest == "EOF" {
            isEnded = true
            return
        }
        if line.takeWord("HELP") {
            let name = try familyName(&line)
            try describe(name, line, help: try line.help(quotes: format == .openMetrics))
        } else if line.takeWord("TYPE") {
            let name = try familyName(&line)
            line.skipBlanks()
            try describe(name, line, type: ExpositionParser.type(line.rest))
        } else if format == .openMetrics, line.takeWord("UNIT") {
            let name = try familyName(&line)
            line.skipBlanks()
            try describe(name, line, unit: line.rest)
        }
    }

    private func familyName(_ line: inout LineCursor) throws(ExpositionError) -> String {
        takesQuotedNames && line.isAt("\"") ? try line.quoted() : try line.metricName()
    }

    private mutating func describe(
        _ name: String, _ line: LineCursor, type: MetricType? = nil, help: String? = nil, unit: String? = nil
    ) throws(ExpositionError) {
        guard result.families.count < limits.familyCount || result.familyIndex(name) != nil else {
            throw line.error(.tooManyFamilies(limit: limits.familyCount))
        }
        result.describe(name, type: type, help: help, unit: unit)
    }

    private mutating func takeSample(_ line: inout LineCursor) throws(ExpositionError) {
        guard result.samples.count < limits.sampleCount else {
            throw line.error(.tooManySamples(limit: limits.sampleCount))
        }
        if knownStart.isEmpty || !line.take(knownStart) { try takeSeries(&line) }
        line.skipBlanks()
        let value = try line.number()
        line.skipBlanks()
        var unixMilliseconds: Int64?
        if !line.isAtEnd, !line.isAtExemplar {
            unixMilliseconds = try format == .openMetrics ? line.secondsAsMilliseconds() : line.milliseconds()
            line.skipBlanks()
        }
        guard line.isAtEnd || (format == .openMetrics && line.isAtExemplar) else {
            throw line.error(.expected("the line's end"))
        }
        result.append(
            ParsedExposition.ParsedSample(
                labels: knownLabels, value: value, unixMilliseconds: unixMilliseconds, family: knownFamily))
    }

    private mutating func takeSeries(_ line: inout LineCursor) throws(ExpositionError) {
        let start = line
        knownStart.removeAll(keepingCapacity: true)
        var labels: [Label] = []
        if !takesQuotedNames || !line.isAt("{") {
            labels.append(Label("__name__", try line.metricName()))
            line.skipBlanks()
        }
        if line.take("{") { try takeLabels(&line, &labels) }
        line.skipBlanks()
        guard let name = labels.first(where: { $0.name == "__name__" })?.value, !name.isEmpty else {
            throw start.error(.expected("a metric name"))
        }
        knownLabels = Labels(labels)
        knownFamily = family(of: name)
        let taken = line.taken(since: start)
        // A name that the value follows without a blank may be the beginning of a longer name in the next line.
        if let last = taken.last, [0x20, 0x09, UInt8(ascii: "}")].contains(last) {
            knownStart.append(contentsOf: taken)
        }
    }

    private func takeLabels(_ line: inout LineCursor, _ labels: inout [Label]) throws(ExpositionError) {
        line.skipBlanks()
        while !line.take("}") {
            guard labels.count <= limits.labelsPerSample else {
                throw line.error(.tooManyLabels(limit: limits.labelsPerSample))
            }
            let isQuoted = takesQuotedNames && line.isAt("\"")
            let name = isQuoted ? try line.quoted() : try line.labelName()
            let isRepeated = labels.contains { $0.name == name }
            if isRepeated, !isQuoted { throw line.error(.duplicateLabel(name)) }
            line.skipBlanks()
            if line.take("=") {
                if isRepeated { throw line.error(.duplicateLabel(name)) }
                line.skipBlanks()
                labels.append(Label(name, try line.quoted()))
            } else if isQuoted {
                // A text in quotes without a value is the metric's name.
                if labels.contains(where: { $0.name == "__name__" }) { throw line.error(.duplicateLabel("__name__")) }
                labels.append(Label("__name__", name))
            } else {
                throw line.error(.expected("="))
            }
            line.skipBlanks()
            if line.take(",") {
                line.skipBlanks()
            } else if !line.isAt("}") {
                throw line.error(.expected(", or }"))
            }
        }
    }

    /// The family that a sample's name belongs to: its own, or the one it is a part of.
    private func family(of name: String) -> Int? {
        if let index = result.familyIndex(name) { return index }
        for suffix in ["_total", "_info", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_created"]
        where name.hasSuffix(suffix) {
            if let index = result.familyIndex(String(name.dropLast(suffix.count))) { return index }
        }
        return nil
    }

    private static func type(_ word: String) -> MetricType {
        MetricType.allCases.first { $0.name == word } ?? .unknown
    }
}
