internal import LabelMatching
internal import MetricModel
internal import PromQL

/// What a script's `eval` block expects.
struct ScriptExpectation {
    var fails = false
    var failureMessage: String?
    var failurePattern: String?
    var isOrdered = false
    var forbidsWarnings = false
    var forbidsInfos = false
    /// Text checks of remarks: nil asks only that there is one.
    var warnings: [(message: String?, pattern: String?)] = []
    var infos: [(message: String?, pattern: String?)] = []
    var string: String?
    var scalar: Double?
    var series: [ScriptSeries] = []
    /// `expect range vector from … to … step …`.
    var rangeVector: (start: Int64, end: Int64, step: Int64)?
    var needsHistograms = false

    init(_ command: ScriptCommand) throws {
        fails = command.flavour == "fail"
        isOrdered = command.flavour == "ordered"
        if command.flavour == "warn" { warnings.append((nil, nil)) }
        if command.flavour == "info" { infos.append((nil, nil)) }
        for line in command.body {
            if line.hasPrefix("expect ") {
                try addExpect(String(line.dropFirst("expect ".count)))
            } else if line.hasPrefix("expected_fail_message ") {
                failureMessage = String(line.dropFirst("expected_fail_message ".count))
            } else if line.hasPrefix("expected_fail_regexp ") {
                failurePattern = String(line.dropFirst("expected_fail_regexp ".count))
            } else if let number = ScriptExpectation.number(line) {
                scalar = number
            } else {
                let one = try ScriptSeries(line)
                if one.hasHistograms { needsHistograms = true }
                series.append(one)
            }
        }
    }

    private mutating func addExpect(_ text: String) throws {
        if text.hasPrefix("string ") {
            guard case .string(let literal) = try QueryParser.parse(String(text.dropFirst("string ".count))) else {
                throw ScriptSeries.Problem(description: "no string: \(text)")
            }
            string = literal.value
            return
        }
        if text.hasPrefix("range vector ") {
            let words = text.split(separator: " ").map(String.init)
            rangeVector = (
                try ScriptCommand.duration(words[3], text), try ScriptCommand.duration(words[5], text),
                try ScriptCommand.duration(words[7], text)
            )
            return
        }
        let word = text.prefix { !$0.isWhitespace }
        let rest = text.dropFirst(word.count).drop(while: \.isWhitespace)
        let message = rest.hasPrefix("msg:") ? String(rest.dropFirst(4).drop(while: \.isWhitespace)) : nil
        let pattern = rest.hasPrefix("regex:") ? String(rest.dropFirst(6).drop(while: \.isWhitespace)) : nil
        switch word {
        case "fail":
            fails = true
            failureMessage = message
            failurePattern = pattern
        case "ordered": isOrdered = true
        case "no_warn": forbidsWarnings = true
        case "no_info": forbidsInfos = true
        case "warn": warnings.append((message, pattern))
        case "info": infos.append((message, pattern))
        default: throw ScriptSeries.Problem(description: "unknown expectation: \(text)")
        }
    }

    private static func number(_ line: String) -> Double? {
        if line.hasPrefix("-") { return NumberText.number(String(line.dropFirst())).map { -$0 } }
        return NumberText.number(line.hasPrefix("+") ? String(line.dropFirst()) : line)
    }

    // MARK: Comparison

    /// What is wrong with the remarks, or nil.
    func problem(ofRemarks outcome: QueryOutcome) -> String? {
        if forbidsWarnings, !outcome.warnings.isEmpty { return "unexpected warnings \(outcome.warnings)" }
        if forbidsInfos, !outcome.infos.isEmpty { return "unexpected infos \(outcome.infos)" }
        for (wanted, actual, kind) in [(warnings, outcome.warnings, "warning"), (infos, outcome.infos, "info")] {
            if wanted.isEmpty { continue }
            if actual.isEmpty { return "expected \(kind)s and got none" }
            for text in actual where !wanted.contains(where: { Self.matches(text, $0.message, $0.pattern) }) {
                return "\(kind) not expected: \(text)"
            }
            for one in wanted where !actual.contains(where: { Self.matches($0, one.message, one.pattern) }) {
                return "\(kind) missing: \(one.message ?? one.pattern ?? ""), got \(actual)"
            }
        }
        return nil
    }

    static func matches(_ text: String, _ message: String?, _ pattern: String?) -> Bool {
        if let message { return text == message }
        guard let pattern else { return true }
        return (try? CompiledPattern(".*(?:\(pattern)).*"))?.matches(text) ?? false
    }

    /// Equal as Prometheus's tests compare: to one part in a million, any two NaN.
    static func areEqual(_ left: Double, _ right: Double) -> Bool {
        if StaleMarker.isStale(left) || StaleMarker.isStale(right) {
            return left.bitPattern == right.bitPattern
        }
        if left == right || (left.isNaN && right.isNaN) { return true }
        let sum = left.magnitude + right.magnitude
        let difference = (left - right).magnitude
        if left == 0 || right == 0 || sum < Double.leastNormalMagnitude {
            return difference < 1e-6 * Double.leastNormalMagnitude
        }
        return difference / min(sum, .greatestFiniteMagnitude) < 1e-6
    }
}
