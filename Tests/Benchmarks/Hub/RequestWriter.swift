import BenchmarkRecording
import Glibc
import MetricModel
import RemoteWrite

/// Cuts samples into requests of 2,000, each sample a series of its own as Prometheus sends them, and writes them to
/// standard output. By 2.0 they carry their types.
struct RequestWriter {
    private static let samplesPerRequest = 2000

    private let isVersion2: Bool
    private let texts = FamilyTexts()
    private var columns = SampleColumns()
    private var families: [String: Int32] = [:]
    private var message: [UInt8] = []
    private var body: [UInt8] = []

    init(isVersion2: Bool) { self.isVersion2 = isVersion2 }

    mutating func add(_ labels: Labels, _ time: Int64, _ value: Double) throws {
        columns.beginRow(packedLabels: labels.packed, family: isVersion2 ? family(labels.metricName) : -1)
        columns.append(unixMilliseconds: time, value: value)
        if columns.sampleCount == Self.samplesPerRequest { try flush() }
    }

    private mutating func family(_ name: String) -> Int32 {
        if let known = families[name] { return known }
        let made = Int32(columns.families.count)
        columns.families.append(texts[name])
        families[name] = made
        return made
    }

    mutating func flush() throws {
        guard columns.sampleCount > 0 else { return }
        if isVersion2 {
            WriteRequest2.encode(columns, metadata: .type, into: &message)
        } else {
            WriteRequest1.encode(columns, into: &message)
        }
        try SnappyBlock.compress(message, into: &body)
        var request: [UInt8] = []
        for number in [columns.sampleCount, body.count] {
            withUnsafeBytes(of: UInt32(number).littleEndian) { request.append(contentsOf: $0) }
        }
        put(request + body)
        columns.removeAll()
        families.removeAll(keepingCapacity: true)
    }

    private func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // Nobody reads any more: there is nobody to tell either.
            guard count > 0 else { exit(1) }
            rest = rest.dropFirst(count)
        }
    }
}
