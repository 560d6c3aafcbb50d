import BenchmarkRecording
import MetricModel
import RemoteWrite

/// A gateway's request of 600 series by remote write 2.0, encoded once; instance, times and values are put into a copy, so
/// that a request costs the sender little more than compressing it.
struct RequestTemplate {
    static let seriesCount = 600
    private static let instance = "gw-00000"
    private static let marker = 1e300

    private let recording: Recording
    private let message: [UInt8]
    private let instanceOffset: Int
    /// Where the eight bytes of each value are; those of the time follow behind one more.
    private let valueOffsets: [Int]

    init(_ recording: Recording) {
        self.recording = recording
        let texts = FamilyTexts()
        var columns = SampleColumns()
        var families: [String: Int32] = [:]
        for number in 0..<Self.seriesCount {
            // The recording has 514; the agent's own make up the rest here.
            let isOwn = number >= recording.labels.count
            let labels = recording.labels[number % recording.labels.count]
                .merging(isOwn ? ["instance": Self.instance, "job": "wayside-agent"] : ["instance": Self.instance])
            if families[labels.metricName] == nil {
                families[labels.metricName] = Int32(columns.families.count)
                columns.families.append(texts[labels.metricName])
            }
            columns.beginRow(packedLabels: labels.packed, family: families[labels.metricName] ?? -1)
            columns.append(unixMilliseconds: 1_700_000_000_000, value: Self.marker)
        }
        var message: [UInt8] = []
        WriteRequest2.encode(columns, metadata: .type, into: &message)
        self.message = message
        let pattern = withUnsafeBytes(of: Self.marker.bitPattern.littleEndian) { [0x12, 0x10, 0x09] + Array($0) }
        valueOffsets = Self.offsets(of: pattern, in: message).map { $0 + 3 }
        let instances = Self.offsets(of: Array(Self.instance.utf8), in: message)
        precondition(valueOffsets.count == Self.seriesCount && instances.count == 1, "the message is not as expected")
        instanceOffset = instances[0]
    }

    private static func offsets(of pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
        (0...(bytes.count - pattern.count)).filter { bytes[$0] == pattern[0] && bytes[$0...].starts(with: pattern) }
    }

    static func name(_ gateway: Int) -> String {
        let digits = String(gateway)
        return "gw-" + String(repeating: "0", count: 5 - digits.count) + digits
    }

    /// Writes the compressed request of a gateway's turn to `body`.
    func make(_ gateway: Int, turn: Int, unixMilliseconds: Int64, message room: inout [UInt8], body: inout [UInt8])
        throws
    {
        room = message
        room.replaceSubrange(instanceOffset..<instanceOffset + 8, with: Self.name(gateway).utf8)
        // Each gateway has a window of its own of the recording, as far as it reaches.
        let scrape = (gateway * 37 + turn * 15) % recording.times.count
        room.withUnsafeMutableBytes { bytes in
            for (number, offset) in valueOffsets.enumerated() {
                let value = recording.values[number % recording.values.count][scrape]
                let known = value.isNaN ? 1 : value
                bytes.storeBytes(of: known.bitPattern.littleEndian, toByteOffset: offset, as: UInt64.self)
                for index in 0..<6 {
                    let group = UInt8(truncatingIfNeeded: unixMilliseconds >> Int64(7 * index)) & 0x7f
                    bytes[offset + 9 + index] = index < 5 ? group | 0x80 : group
                }
            }
        }
        try SnappyBlock.compress(room, into: &body)
    }
}
