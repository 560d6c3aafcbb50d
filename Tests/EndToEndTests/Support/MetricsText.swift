import Daemon
import Exposition
import HTTPExchange
import LinuxSystem
import MetricModel
import TestPeers

/// A scrape of /metrics as values by label set.
struct MetricsText {
    let values: [[String: String]: Double]
    let parsed: ParsedExposition

    init(_ text: String) throws {
        parsed = try ExpositionParser.parse(Array(text.utf8), format: .text004)
        var values: [[String: String]: Double] = [:]
        for sample in parsed.samples {
            let labels = Dictionary(sample.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            values[labels] = sample.value
        }
        self.values = values
    }

    static func scrape(_ url: String) async throws -> MetricsText {
        try MetricsText(try await Web.shared.text(url))
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        values[labels.merging(["__name__": name]) { $1 }]
    }

    /// The values of every series of that name.
    func all(_ name: String) -> [[String: String]: Double] {
        values.filter { $0.key["__name__"] == name }
    }
}
