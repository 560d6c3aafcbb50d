import Glibc
import MetricModel

/// The recorded hour of node metrics in ../shared/data, read through xz.
struct RecordedData {
    var unixMilliseconds: [Int64] = []
    var series: [Series] = []
    /// By series, then by scrape; nil where there was no sample.
    var values: [[Double?]] = []

    static var path: String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/../shared/data/node-1s.tsv.xz"
    }

    /// Present only where the shared directory is beside the checkout, as it is in CI; elsewhere the tests that need
    /// it are skipped. A worktree lies one level deeper.
    static var existingPath: String? {
        [path, path.replacing("/../shared", with: "/../../shared")].first { access($0, R_OK) == 0 }
    }

    init?() {
        guard let path = Self.existingPath, let pipe = popen("xz -dc '\(path)'", "r") else { return nil }
        defer { pclose(pipe) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, pipe), count > 0 { text += chunk[..<count] }
        let scope = SeriesScope(["instance": "gateway-7", "job": "node", "site": "plant-3"])
        var families: [String: MetricFamily] = [:]
        for line in text.split(separator: 10) {
            if unixMilliseconds.isEmpty {
                unixMilliseconds = line.split(separator: 32).dropFirst().compactMap {
                    Int64(String(decoding: $0, as: UTF8.self))
                }
                continue
            }
            let parts = line.split(separator: 9)
            let (name, labels) = Self.parse(String(decoding: parts[0], as: UTF8.self))
            let key = ([name] + labels.map(\.name)).joined(separator: " ")
            let family =
                families[key]
                ?? MetricFamily(
                    name, name.hasSuffix("_total") ? .counter : .gauge,
                    help: "A help text as long as those of node_exporter are.", labels: labels.map(\.name))
            families[key] = family
            series.append(Series(family: family, scope: scope, labelValues: labels.map(\.value)))
            var last: Double?
            values.append(
                parts[1].split(separator: 32).map { word in
                    if word.elementsEqual([0x2d]) { return nil }
                    if !word.elementsEqual([0x3d]) { last = strtod(String(decoding: word, as: UTF8.self), nil) }
                    return last
                })
        }
    }

    private static func parse(_ text: String) -> (String, [Label]) {
        guard let brace = text.firstIndex(of: "{") else { return (text, []) }
        var labels: [Label] = []
        for part in text[text.index(after: brace)...].dropLast().split(separator: "\",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            let value = pair.count > 1 ? pair[1].filter { $0 != "\"" } : ""
            labels.append(Label(String(pair[0]), value))
        }
        return (String(text[..<brace]), labels)
    }

    /// The scrape at `index` as a batch.
    func batch(_ index: Int) -> SampleBatch {
        let time = unixMilliseconds[index]
        var batch = SampleBatch(
            clock: ClockReading(
                bootID: BootID(high: 1, low: 2), bootNanoseconds: Int64(index) * 1_000_000_000, unixMilliseconds: time,
                isSynchronised: true),
            limit: 10_000)
        for (position, series) in series.enumerated() {
            if let value = values[position][index] {
                batch.append(Sample(series, unixMilliseconds: time, value: value))
            }
        }
        return batch
    }
}
