import BenchmarkRecording
import Glibc
import MetricModel
import RemoteWrite
import Shipping

/// Prints what remote write costs: bytes on the wire for recorded node data, and CPU to write and read a request.
///
/// usage: xzcat ../shared/data/node-1s.tsv.xz | wire-benchmark [METRICS-PAGE]
/// The page is any exposition text with `# HELP` and `# TYPE` of node_exporter, for the requests that carry them.
@main struct WireBenchmark {
    static func main() throws {
        let recording = Recording(readingStandardInput: ())
        let families = CommandLine.arguments.count > 1 ? FamilyTexts(path: CommandLine.arguments[1]) : FamilyTexts()
        if recording.times.isEmpty { return try printCosts() }
        print("\(recording.labels.count) series × \(recording.times.count) scrapes")
        for (title, picked) in [("every 15th scrape at its true time", true), ("replayed at a 15 s step", false)] {
            print(
                "\nwire bytes per sample, \(title), Snappy included\nscrapes  1.0    2.0    2.0+type  2.0+type+unit+help"
            )
            for scrapes in [1, 4, 8] {
                try WireSizes(recording, families, scrapesPerRequest: scrapes, everyFifteenth: picked).print()
            }
        }
        try printCosts()
    }

    private static func printCosts() throws {
        for labels in [10, 5] {
            print("\nCPU per sample, a request of 2,000 series with one sample and \(labels) labels each")
            try RequestCosts(seriesCount: 2000, labelCount: labels).print()
        }
    }
}

/// The wire's bytes for one batching, over 20 requests.
private struct WireSizes {
    var scrapes: Int
    var samples = 0
    var bytes = [0, 0, 0, 0]

    init(_ recording: Recording, _ families: FamilyTexts, scrapesPerRequest: Int, everyFifteenth: Bool) throws {
        scrapes = scrapesPerRequest
        var assembler = RequestAssembler(seriesLimit: 10_000, sampleLimit: 100_000)
        var columns = SampleColumns()
        for request in 0..<20 {
            assembler.removeAll()
            for scrape in 0..<scrapesPerRequest {
                let index = request * scrapesPerRequest + scrape
                let source = everyFifteenth ? index * 15 : index
                let time = everyFifteenth ? recording.times[source] : recording.times[0] + Int64(index) * 15_000
                for (series, values) in recording.values.enumerated() where !values[source].isNaN {
                    let labels = recording.labels[series]
                    let family = assembler.family(families[labels.metricName])
                    labels.packed.withUnsafeBytes {
                        assembler.add($0, family: family, unixMilliseconds: time, value: values[source])
                    }
                }
            }
            _ = assembler.finish(into: &columns)
            try add(columns)
        }
    }

    private mutating func add(_ columns: SampleColumns) throws {
        var message: [UInt8] = []
        var body: [UInt8] = []
        samples += columns.sampleCount
        for kind in 0..<4 {
            switch kind {
            case 0: WriteRequest1.encode(columns, into: &message)
            case 1: WriteRequest2.encode(columns, metadata: .none, into: &message)
            case 2: WriteRequest2.encode(columns, metadata: .type, into: &message)
            default: WriteRequest2.encode(columns, metadata: .typeUnitHelp, into: &message)
            }
            try SnappyBlock.compress(message, into: &body)
            bytes[kind] += body.count
        }
    }

    func print() {
        let figures = bytes.map { String(Double($0 * 100 / samples) / 100) }
        Swift.print("\(scrapes)        \(figures.joined(separator: "   "))")
    }
}

/// CPU time of the codec's steps.
private struct RequestCosts {
    var columns = SampleColumns()

    init(seriesCount: Int, labelCount: Int) {
        for index in 0..<seriesCount {
            let labels: Labels = [
                "__name__": "container_network_receive_bytes_total", "cluster": "plant-3",
                "container": "worker-\(index % 7)",
                "id": "/system.slice/worker-\(index).service", "image": "registry.local/worker:1.2.3",
                "instance": "gw-\(index % 50):9660", "interface": "eth\(index % 3)", "job": "node",
                "namespace": "production", "pod": "worker-\(index)-x7f2k",
            ]
            columns.beginRow(packedLabels: Labels(labels.prefix(labelCount)).packed)
            columns.append(unixMilliseconds: 1_795_203_419_717, value: Double(index) * 1.25)
        }
    }

    func print() throws {
        for format in WireFormat.allCases {
            var message: [UInt8] = []
            var body: [UInt8] = []
            var back: [UInt8] = []
            var decoded = SampleColumns()
            let encode = measure { Self.encode(columns, format, into: &message) }
            let compress = try measure { try SnappyBlock.compress(message, into: &body) }
            let decompress = try measure { try SnappyBlock.decompress(body, byteLimit: 1 << 24, into: &back) }
            let decode = try measure { try Self.decode(back, format, into: &decoded) }
            Swift.print(
                "\(format): encode \(encode) ns, compress \(compress) ns, decompress \(decompress) ns, "
                    + "decode \(decode) ns; message \(message.count / columns.rows.count) B, "
                    + "body \(body.count / columns.rows.count) B a sample")
        }
    }

    private static func encode(_ columns: SampleColumns, _ format: WireFormat, into message: inout [UInt8]) {
        switch format {
        case .writeRequest1: WriteRequest1.encode(columns, into: &message)
        case .writeRequest2: WriteRequest2.encode(columns, into: &message)
        }
    }

    private static func decode(_ bytes: [UInt8], _ format: WireFormat, into columns: inout SampleColumns) throws {
        switch format {
        case .writeRequest1: _ = try WriteRequest1.decode(bytes, limits: DecodeLimits(), into: &columns)
        case .writeRequest2: _ = try WriteRequest2.decode(bytes, limits: DecodeLimits(), into: &columns)
        }
    }

    /// Nanoseconds of this thread's CPU per sample: the least of 7 rounds of 100 runs.
    private func measure(_ body: () throws -> Void) rethrows -> Int {
        var least = Int.max
        for _ in 0..<7 {
            let start = Self.cpuNanoseconds()
            for _ in 0..<100 { try body() }
            least = min(least, (Self.cpuNanoseconds() - start) / (100 * columns.rows.count))
        }
        return least
    }

    private static func cpuNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
