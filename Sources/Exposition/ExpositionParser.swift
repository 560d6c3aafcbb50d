internal import MetricModel

/// Reads Prometheus text 0.0.4 and OpenMetrics 1.0.0.
///
/// It takes what Prometheus's own readers take: exemplars are read over, an unknown comment is skipped, a type word it
/// does not know is `unknown`. In OpenMetrics `# EOF` must be the last line.
package struct ExpositionParser {
    /// What is refused, so that a target cannot take the scraper's memory.
    package struct Limits: Sendable {
        package var byteCount: Int
        package var sampleCount: Int
        package var labelsPerSample: Int
        package var lineByteCount: Int

        package init(
            byteCount: Int = 64 << 20, sampleCount: Int = 1_000_000, labelsPerSample: Int = 128,
            lineByteCount: Int = 1 << 20
        ) {
            self.byteCount = byteCount
            self.sampleCount = sampleCount
            self.labelsPerSample = labelsPerSample
            self.lineByteCount = lineByteCount
        }
    }

    private let format: ExpositionFormat
    private let limits: Limits
    private var result = ParsedExposition()
    private var isEnded = false

    private init(_ format: ExpositionFormat, _ limits: Limits) {
        self.format = format
        self.limits = limits
    }

    /// Reads a whole text.
    package static func parse(
        _ bytes: [UInt8], format: ExpositionFormat, limits: Limits = Limits()
    ) throws(ExpositionError) -> ParsedExposition {
        guard bytes.count <= limits.byteCount else {
            throw ExpositionError(.tooLong(limit: limits.byteCount), line: 1, column: limits.byteCount + 1)
        }
        var parser = ExpositionParser(format, limits)
        var start = 0
        var number = 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            guard end - start <= limits.lineByteCount else {
                throw ExpositionError(.tooLong(limit: limits.lineByteCount), line: number, column: 1)
            }
            try parser.takeLine(LineCursor(bytes[start..<end], line: number))
            start = end + 1
            number += 1
        }
        if format == .openMetrics && !parser.isEnded { throw ExpositionError(.missingEnd, line: number, column: 1) }
        return parser.result
    }

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
        if format == .openMetrics, line.rest == "EOF" {
            isEnded = true
            return
        }
        if line.takeWord("HELP") {
            let name = try line.metricName()
            result.describe(name, help: try line.help(quotes: format == .openMetrics))
        } else if line.takeWord("TYPE") {
            let name = try line.metricName()
            line.skipBlanks()
            result.describe(name, type: ExpositionParser.type(line.rest))
        } else if format == .openMetrics, line.takeWord("UNIT") {
            let name = try line.metricName()
            line.skipBlanks()
            result.describe(name, unit: line.rest)
        }
    }

    private mutating func takeSample(_ line: inout LineCursor) throws(ExpositionError) {
        guard result.samples.count < limits.sampleCount else {
            throw line.error(.tooManySamples(limit: limits.sampleCount))
        }
        let name = try line.metricName()
        var labels = [Label("__name__", name)]
        line.skipBlanks()
        if line.take("{") { try takeLabels(&line, &labels) }
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
                labels: Labels(labels), value: value, unixMilliseconds: unixMilliseconds, family: family(of: name)))
    }

    private func takeLabels(_ line: inout LineCursor, _ labels: inout [Label]) throws(ExpositionError) {
        line.skipBlanks()
        while !line.take("}") {
            guard labels.count <= limits.labelsPerSample else {
                throw line.error(.tooManyLabels(limit: limits.labelsPerSample))
            }
            let name = try line.labelName()
            if labels.contains(where: { $0.name == name }) { throw line.error(.duplicateLabel(name)) }
            line.skipBlanks()
            guard line.take("=") else { throw line.error(.expected("=")) }
            line.skipBlanks()
            labels.append(Label(name, try line.quoted()))
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
