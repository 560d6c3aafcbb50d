import BenchmarkRecording
import MetricModel
import SampleCodec

/// Prints what chunks of recorded node data take, by family, and what coding them costs.
///
/// usage: xzcat ../shared/data/node-1s.tsv.xz | codec-benchmark [SAMPLES-A-CHUNK]
@main struct CodecBenchmark {
    static func main() throws {
        let recording = Recording(readingStandardInput: ())
        guard !recording.times.isEmpty else {
            print("usage: xzcat node-1s.tsv.xz | codec-benchmark [SAMPLES-A-CHUNK]")
            return
        }
        let lengths = CommandLine.arguments.dropFirst().compactMap { Int($0) }.filter { $0 > 0 }
        for length in lengths.isEmpty ? [120, 240, 5760] : lengths {
            for isPicked in [false, true] {
                let series = Self.series(recording, isPicked: isPicked)
                let title = isPicked ? "every 15th scrape at its true time" : "replayed at a 15 s step"
                print("\n\(length) samples a chunk, \(title)")
                for effort in [CodecEffort.quick, .final] {
                    var cost = CodecCost(effort: effort)
                    for one in series { try cost.add(one, samplesPerChunk: length) }
                    cost.print(withFamilies: effort == .final && !isPicked)
                }
            }
        }
    }

    private static func series(_ recording: Recording, isPicked: Bool) -> [RecordedSeries] {
        recording.labels.indices.map { number in
            var series = RecordedSeries(family: recording.labels[number].metricName)
            for (index, value) in recording.values[number].enumerated() where !value.isNaN {
                if isPicked, index % 15 != 0 { continue }
                series.times.append(isPicked ? recording.times[index] : recording.times[0] + Int64(index) * 15_000)
                series.values.append(value)
            }
            return series
        }
    }
}
