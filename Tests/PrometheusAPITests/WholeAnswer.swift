import LabelMatching
import MetricModel
import PromQL

/// The text of a query's answer, written at once and in the plainest way: what the pieces of it must come to.
struct WholeAnswer {
    let value: QueryValue
    var warnings: [String] = []
    var infos: [String] = []

    var text: String {
        let remarks = [("warnings", warnings), ("infos", infos)].map { name, texts in
            texts.isEmpty ? "" : ",\"\(name)\":[\(texts.map(quoted).joined(separator: ","))]"
        }
        return "{\"status\":\"success\",\"data\":\(data)\(remarks.joined())}"
    }

    private var data: String {
        switch value {
        case .scalar(let time, let number): result("scalar", "[\(shortSeconds(time)),\"\(GoNumber.fixed(number))\"]")
        case .string(let time, let text): result("string", "[\(shortSeconds(time)),\(quoted(text))]")
        case .vector(let time, let samples):
            result("vector", list(samples) { "{\"metric\":\(labels($0.labels)),\"value\":\(point(time, $0.value))}" })
        case .matrix(let columns):
            result(
                "matrix",
                list(columns) { column in
                    let points = zip(column.unixMilliseconds, column.values).map(point)
                    return "{\"metric\":\(labels(column.labels)),\"values\":[\(points.joined(separator: ","))]}"
                })
        }
    }

    private func result(_ type: String, _ text: String) -> String { "{\"resultType\":\"\(type)\",\"result\":\(text)}" }

    private func list<Element>(_ elements: [Element], _ text: (Element) -> String) -> String {
        "[" + elements.map(text).joined(separator: ",") + "]"
    }

    private func labels(_ labels: Labels) -> String {
        "{" + labels.map { quoted($0.name) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }

    /// The shortest decimal, as of a number in JSON.
    private func shortSeconds(_ time: Int64) -> String { GoNumber.fixed(Double(time) / 1000) }

    private func point(_ time: Int64, _ value: Double) -> String { "[\(seconds(time)),\"\(GoNumber.api(value))\"]" }

    private func seconds(_ milliseconds: Int64) -> String {
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        let decimals = rest == 0 ? "" : ".\("00\(rest)".suffix(3))"
        return "\(milliseconds < 0 ? "-" : "")\(whole)\(decimals)"
    }

    private func quoted(_ text: String) -> String {
        let escapes: [Unicode.Scalar: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\u{1}": "\\u0001"]
        return "\"" + text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined() + "\""
    }
}
