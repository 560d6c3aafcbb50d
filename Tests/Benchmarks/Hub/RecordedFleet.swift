import BenchmarkRecording
import MetricModel

/// Machines of the recording, told apart by their instance. Host h begins at scrape h × recording ÷ hosts, so that the
/// hosts' windows are disjoint up to that length, and goes on around the recording beyond it.
struct RecordedFleet {
    private let recording: Recording
    private let hosts: Int
    /// Host by host, series by series.
    private let labels: [Labels]

    init(_ recording: Recording, hosts: Int) {
        self.recording = recording
        self.hosts = hosts
        labels = (0..<hosts).flatMap { host in
            recording.labels.map { $0.merging(["instance": "gw-\(host)"]) }
        }
    }

    /// Visits one scrape of a host.
    func scrape(_ turn: Int, host: Int, _ visit: (Labels, Double) throws -> Void) rethrows {
        let count = recording.times.count
        let source = (host * count / hosts + turn) % count
        for (number, values) in recording.values.enumerated() where !values[source].isNaN {
            try visit(labels[host * recording.labels.count + number], values[source])
        }
    }
}
