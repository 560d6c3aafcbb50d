import Exposition
import Glibc
import MetricModel

/// Debian's node_exporter as an oracle.
enum NodeExporter {
    static let path = "/usr/bin/prometheus-node-exporter"
    static var isInstalled: Bool { access(path, X_OK) == 0 }

    /// Starts it with only these collectors, and answers what it serves.
    static func scrape(_ collectors: [String], _ arguments: [String]) throws -> ParsedExposition {
        let port = try Loopback.freePort()
        let child = try ChildProcess(
            path,
            [
                "--web.listen-address=127.0.0.1:\(port)", "--collector.disable-defaults",
                "--web.disable-exporter-metrics",
            ]
                + collectors.map { "--collector.\($0)" } + arguments)
        // It listens before it says so.
        try child.waitForError(containing: "TLS is disabled")
        let text = try Loopback.get("/metrics", port: port, accept: "text/plain")
        return try ExpositionParser.parse(text, format: .text004)
    }
}

extension ParsedExposition {
    /// `name{labels}` → value, without node_exporter's words about itself.
    var values: [String: Double] {
        var result: [String: Double] = [:]
        for sample in samples {
            let name = sample.labels.metricName
            if ["node_scrape_", "node_exporter_", "promhttp_"].contains(where: { name.hasPrefix($0) }) { continue }
            result[sample.labels.description] = sample.value
        }
        return result
    }

    /// The value of `node_scrape_collector_success` by collector.
    var success: [String: Double] {
        var result: [String: Double] = [:]
        for sample in samples where sample.labels.metricName == "node_scrape_collector_success" {
            result[sample.labels["collector"] ?? ""] = sample.value
        }
        return result
    }
}
