internal import Daemon
internal import LabelMatching
internal import PromQL

/// The `data` of an instant query as lines of text: series and value side by side.
struct QueryTable {
    private let data: JSONValue

    init(_ data: JSONValue) {
        self.data = data
    }

    func text() -> String {
        let result = data["result"] ?? .null
        switch data["resultType"]?.text {
        case "vector": return table(result.elements.map { (Self.name($0["metric"]), value($0["value"])) })
        case "matrix": return result.elements.map(matrixText).joined(separator: "\n")
        default: return value(result) + "\n"
        }
    }

    private func table(_ rows: [(series: String, value: String)]) -> String {
        guard !rows.isEmpty else { return "no series\n" }
        let width = rows.map(\.series.count).max() ?? 0
        return rows.map { row in
            row.series + String(repeating: " ", count: width - row.series.count + 2) + row.value + "\n"
        }.joined()
    }

    private func matrixText(_ series: JSONValue) -> String {
        let lines = (series["values"]?.elements ?? []).map { sample in
            let time = sample.elements.first?.number ?? 0
            return "  \(UTCTime(unixMilliseconds: Int64((time * 1000).rounded())).text)  \(value(sample))\n"
        }
        return Self.name(series["metric"]) + "\n" + lines.joined()
    }

    /// A sample is `[time, "value"]`.
    private func value(_ sample: JSONValue?) -> String {
        sample?.elements.last?.text ?? ""
    }

    /// A series as PromQL writes it.
    static func name(_ metric: JSONValue?) -> String {
        let members = metric?.members ?? []
        let name = members.first { $0.name == "__name__" }?.value.text ?? ""
        let labels = members.filter { $0.name != "__name__" }.map {
            "\(LabelNameText.of($0.name))=\(QuotedText.quote($0.value.text ?? ""))"
        }
        if LabelNameText.isMetricName(name) {
            return labels.isEmpty ? name : "\(name){\(labels.joined(separator: ", "))}"
        }
        let all = (name.isEmpty ? [] : [QuotedText.quote(name)]) + labels
        return "{\(all.joined(separator: ", "))}"
    }
}
