internal import PromQL

/// One command of a script with the lines that belong to it.
///
/// The language is that of Prometheus's own PromQL tests: `clear`, `load <step>`, `eval instant at <time> <query>`
/// and `eval range from <time> to <time> step <step> <query>`; an empty line (or a comment) ends a block.
struct ScriptCommand {
    enum Kind {
        case clear
        case load(step: Int64, buildsHistograms: Bool)
        case instant(time: Int64, query: String)
        case range(start: Int64, end: Int64, step: Int64, query: String)
    }

    let line: Int
    let kind: Kind
    /// The old spelling `eval_fail` and its kin.
    let flavour: String
    let body: [String]

    /// The commands of a script, and what of it is none.
    static func commands(of text: String, unreadable: inout [String]) -> [ScriptCommand] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let trimmed = line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
            return trimmed.first == "#" ? "" : String(trimmed)
        }
        var commands: [ScriptCommand] = []
        var index = 0
        while index < lines.count {
            if lines[index].isEmpty {
                index += 1
                continue
            }
            let header = index
            index += 1
            var body: [String] = []
            // `clear` is one line alone and needs no empty line behind it.
            while !lines[header].hasPrefix("clear"), index < lines.count, !lines[index].isEmpty {
                body.append(lines[index])
                index += 1
            }
            do {
                commands.append(try command(lines[header], body, header + 1))
            } catch {
                unreadable.append("line \(header + 1): \(error)")
            }
        }
        return commands
    }

    private static func command(_ header: String, _ body: [String], _ line: Int) throws -> ScriptCommand {
        var words = Words(header)
        let name = words.next().lowercased()
        if name == "clear" { return ScriptCommand(line: line, kind: .clear, flavour: "", body: body) }
        if name.hasPrefix("load") {
            return ScriptCommand(
                line: line,
                kind: .load(step: try duration(words.next(), header), buildsHistograms: name == "load_with_nhcb"),
                flavour: "", body: body)
        }
        guard name.hasPrefix("eval") else { throw ScriptSeries.Problem(description: "no command: \(header)") }
        let flavour = String(name.dropFirst(4).drop { $0 == "_" })
        if words.next() == "instant" {
            var time: Int64 = 0
            if words.accept("at") { time = try duration(words.next(), header) }
            return ScriptCommand(
                line: line, kind: .instant(time: time, query: words.rest), flavour: flavour, body: body)
        }
        var times: [Int64] = []
        for word in ["from", "to", "step"] {
            guard words.accept(word) else { throw ScriptSeries.Problem(description: "no \(word): \(header)") }
            times.append(try duration(words.next(), header))
        }
        return ScriptCommand(
            line: line, kind: .range(start: times[0], end: times[1], step: times[2], query: words.rest),
            flavour: flavour, body: body)
    }

    /// A duration or a number of seconds, possibly negative, in milliseconds.
    static func duration(_ text: String, _ context: String) throws -> Int64 {
        let isNegative = text.hasPrefix("-")
        let magnitude = isNegative ? String(text.dropFirst()) : text
        let seconds = NumberText.number(magnitude).map { Int64(($0 * 1000).rounded()) }
        guard let value = seconds ?? NumberText.duration(magnitude) else {
            throw ScriptSeries.Problem(description: "no duration: \(text) in \(context)")
        }
        return isNegative ? -value : value
    }

    private struct Words {
        private var text: Substring

        init(_ text: String) {
            self.text = text[...]
        }

        mutating func next() -> String {
            let word = text.prefix { !$0.isWhitespace }
            text = text.dropFirst(word.count).drop(while: \.isWhitespace)
            return String(word)
        }

        mutating func accept(_ word: String) -> Bool {
            var copy = self
            guard copy.next() == word else { return false }
            self = copy
            return true
        }

        var rest: String { String(text) }
    }
}
