import Daemon
import HTTPExchange
import LinuxSystem

/// The Prometheus query API of a hub, a Prometheus or a VictoriaMetrics.
struct QueryAPI: Sendable {
    let base: String
    /// Sent with every question.
    var headers: HTTPHeaders = [:]
    var web = Web.shared

    /// One series of an instant vector.
    struct Point: Hashable {
        let labels: [String: String]
        let value: String

        var number: Double { Double(value) ?? .nan }
    }

    /// An instant query's vector, at `time` seconds since 1970 or now.
    func vector(_ expression: String, at time: Double? = nil) async throws -> [Point] {
        var url = base + "/api/v1/query?query=" + PercentCoding.encode(expression)
        if let time { url += "&time=\(time)" }
        return try await web.json(url, headers: headers)["data"]?["result"]?.elements.map { series in
            Point(labels: labels(series["metric"]), value: series["value"]?.elements.last?.text ?? "")
        } ?? []
    }

    /// Every raw sample of a range selector such as `up[1h]`, by series: times in milliseconds and values.
    func samples(_ selector: String) async throws -> [[String: String]: [(Int64, String)]] {
        let url = base + "/api/v1/query?query=" + PercentCoding.encode(selector)
        var result: [[String: String]: [(Int64, String)]] = [:]
        for series in try await web.json(url, headers: headers)["data"]?["result"]?.elements ?? [] {
            let values = series["values"]?.elements.map { sample in
                let seconds = sample.elements.first?.number ?? 0
                return (Int64((seconds * 1000).rounded()), sample.elements.last?.text ?? "")
            }
            result[labels(series["metric"])] = values ?? []
        }
        return result
    }

    private func labels(_ metric: JSONValue?) -> [String: String] {
        Dictionary(metric?.members.map { ($0.name, $0.value.text ?? "") } ?? [], uniquingKeysWith: { $1 })
    }
}
