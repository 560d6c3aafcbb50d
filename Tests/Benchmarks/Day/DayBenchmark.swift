import BenchmarkRecording
import Glibc
import MetricModel
import SampleStore

/// Bytes per sample of one day's file, before its final form and in it, and what rewriting and reading it cost.
///
/// usage: xzcat node-1s.tsv.xz | day-benchmark HOSTS [NEW_DIRECTORY]
/// The recording is replayed at a step of 15 s; of more hosts than one each has a window of its own, so that all windows
/// together are the recording.
@main struct DayBenchmark {
    /// 2026-11-20, 00:00 UTC.
    private static let day: Int64 = 1_795_132_800_000
    private static let step: Int64 = 15_000
    private static let scrapesPerRequest = 60

    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        guard let hosts = words.first.flatMap({ Int($0) }), hosts > 0, words.count <= 2 else {
            fatalError("usage: day-benchmark HOSTS [NEW_DIRECTORY]")
        }
        let directory = words.dropFirst().first ?? "/tmp/wayside-day-\(getpid())"
        let recording = Recording(readingStandardInput: ())
        let scrapes = recording.times.count / hosts
        var settings = StoreSettings()
        settings.sealIntervalMilliseconds = 1 << 40
        let store = try SampleStore(
            directory: directory, settings: settings, now: { day + 86_400_000 }, decode: { _ in SampleColumns() })
        defer { store.close() }
        for host in 0..<hosts {
            for first in stride(from: 0, to: scrapes, by: scrapesPerRequest) {
                let columns = columns(recording, host, host * scrapes, first..<min(first + scrapesPerRequest, scrapes))
                let request = ReceivedRequest(
                    contentType: "none", sender: "gw-\(host)", receivedUnixMilliseconds: day + 86_400_000, body: [])
                _ = try await store.ingest(request, decoded: columns)
            }
        }
        try store.seal()
        report("sealed once", try StoreInspection.describe(directory))
        let rewriting = try nanoseconds { try store.sealFinally() }
        let final = try StoreInspection.describe(directory)
        report("final form", final)
        var least = Double.infinity
        for _ in 0..<5 {
            least = min(
                least,
                try nanoseconds { _ = try store.select([], from: .min, through: .max, sampleLimit: .max) })
        }
        let samples = Double(final.samples)
        print("ns a sample: rewriting \(Int(rewriting / samples)), reading everything \(Int(least / samples))")
    }

    private static func columns(
        _ recording: Recording, _ host: Int, _ start: Int, _ scrapes: Range<Int>
    ) -> SampleColumns {
        var columns = SampleColumns()
        for (number, values) in recording.values.enumerated() {
            let labels = recording.labels[number].merging(["instance": "gw-\(host)"])
            columns.beginRow(packedLabels: labels.packed)
            for scrape in scrapes where !values[start + scrape].isNaN {
                columns.append(unixMilliseconds: day + Int64(scrape) * step, value: values[start + scrape])
            }
        }
        return columns
    }

    private static func report(_ what: String, _ store: StoreInspection) {
        for day in store.days {
            let thousandths = day.byteCount * 10_000 / Int64(max(day.samples, 1))
            let digits = String(thousandths)
            let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            print(
                "\(what): \(day.byteCount) bytes, \(day.series) series, \(day.samples) samples,",
                "0.\(padded) bytes a sample")
        }
    }

    private static func nanoseconds(_ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let began = clock.now
        try work()
        return (clock.now - began) / .nanoseconds(1)
    }
}
