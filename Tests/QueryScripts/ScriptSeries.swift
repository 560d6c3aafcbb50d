internal import LabelMatching
internal import MetricModel
internal import PromQL

/// One line of a script that names a series and its values: `metric{label="x"} 0+10x3 _ stale`.
struct ScriptSeries {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let labels: Labels
    /// A value for each step, nil where there is none.
    let values: [Double?]
    /// Whether the line has native histograms, which are not evaluated.
    let hasHistograms: Bool

    /// Whether a line gives the start timestamps of the series on the next line, which no source holds.
    static func isStartTimestamps(_ line: String) -> Bool {
        line[..<endOfMetric(line)].hasSuffix("@st")
    }

    init(_ line: String) throws {
        let end = ScriptSeries.endOfMetric(line)
        let matchers = try QueryParser.parseSelector(String(line[..<end]))
        labels = Labels(matchers.map { Label($0.name, $0.value) })
        let points = line[end...]
        hasHistograms = points.contains("{{")
        let floats = ScriptSeries.withoutHistograms(String(points))
        values = try floats.split(whereSeparator: \.isWhitespace).flatMap(ScriptSeries.expand)
    }

    /// The points with native histograms, which no source here can hold, made omissions.
    private static func withoutHistograms(_ points: String) -> String {
        var text = points
        while let open = text.firstRange(of: "{{"), let close = text[open.upperBound...].firstRange(of: "}}") {
            var end = close.upperBound
            // `{{…}}+{{…}}x3` has as many points as `{{…}}x3`.
            if let sign = text[end...].first, sign == "+" || sign == "-" {
                end = text[end...].firstRange(of: "}}")?.upperBound ?? end
            }
            var count = 1
            if text[end...].first == "x" {
                let digits = text[text.index(after: end)...].prefix(while: \.isNumber)
                count = (Int(digits) ?? 0) + 1
                end = digits.endIndex
            }
            text.replaceSubrange(open.lowerBound..<end, with: "_x\(count)")
        }
        return text
    }

    /// The first white space outside braces and quotes.
    private static func endOfMetric(_ line: String) -> String.Index {
        var depth = 0
        var quote: Character?
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open, !isEscaped { quote = nil }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "\"" || character == "'" || character == "`" {
                quote = character
            } else if character == "{" {
                depth += 1
            } else if character == "}" {
                depth -= 1
            } else if character.isWhitespace, depth == 0 {
                // White space may stand between a name and its braces.
                let rest = line[index...].drop(while: \.isWhitespace)
                if rest.first != "{" || rest.hasPrefix("{{") { return index }
            }
        }
        return line.endIndex
    }

    /// `5`, `_`, `stale`, `_x3`, `5x3`, `1+2x3`, `1-2x3`.
    private static func expand(_ text: Substring) throws -> [Double?] {
        var body = text
        var count = 0
        if let mark = text.lastIndex(of: "x"), let number = Int(text[text.index(after: mark)...]) {
            body = text[..<mark]
            count = number
        }
        if body == "_" { return Array(repeating: nil, count: max(1, count)) }
        if body == "stale" { return Array(repeating: StaleMarker.value, count: count + 1) }
        var start = body
        var increment = 0.0
        if let split = body.indices.dropFirst().last(where: { index in
            (body[index] == "+" || body[index] == "-") && !"eE+-".contains(body[body.index(before: index)])
        }), let step = signed(body[split...]) {
            start = body[..<split]
            increment = step
        }
        guard let first = signed(start) else { throw Problem(description: "not a value: \(text)") }
        return (0...count).map { first + Double($0) * increment }
    }

    private static func signed(_ text: Substring) -> Double? {
        if text.hasPrefix("-") { return NumberText.number(String(text.dropFirst())).map { -$0 } }
        return NumberText.number(String(text.hasPrefix("+") ? text.dropFirst() : text))
    }
}
