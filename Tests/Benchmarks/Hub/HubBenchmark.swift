import BenchmarkRecording
import Glibc
import MetricModel
import RemoteWrite

/// Writes remote-write requests made from the recorded node to standard output, for `hub.py`.
///
/// usage: xzcat node-1s.tsv.xz | hub-benchmark VERSION HOSTS SCRAPES FIRST_UNIX_MS STEP_MS [web]
/// Each request is two little-endian 32-bit numbers, its samples and its bytes, and the compressed body. A step of 0
/// takes every fifteenth scrape at its true distance from the others. With `web` every host has a histogram beside the
/// recording, and is scraped at a moment of its own between the steps, as targets are.
@main struct HubBenchmark {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard let version = words.first, ["1.0", "2.0"].contains(version), numbers.count == 4 else {
            fatalError("usage: hub-benchmark 1.0|2.0 HOSTS SCRAPES FIRST_UNIX_MS STEP_MS [web]")
        }
        var histograms = words.last == "web" ? RecordedHistograms(hosts: numbers[0]) : nil
        let recording = Recording(readingStandardInput: ())
        var writer = RequestWriter(isVersion2: version == "2.0")
        let fleet = RecordedFleet(recording, hosts: numbers[0])
        for turn in 0..<numbers[1] {
            let time =
                numbers[3] == 0
                ? Int64(numbers[2]) + recording.times[turn * 15 % recording.times.count] - recording.times[0]
                : Int64(numbers[2] + turn * numbers[3])
            for host in 0..<numbers[0] {
                let own = time + (histograms == nil ? 0 : Int64(1 + host * 149 % 14_998))
                try fleet.scrape(turn * (numbers[3] == 0 ? 15 : 1), host: host) { try writer.add($0, own, $1) }
                try histograms?.scrape(host: host) { try writer.add($0, own, $1) }
            }
        }
        try writer.flush()
    }
}
