import MetricModel
import RemoteWrite

/// Remote write 2.0: see `WriteRequestCheck`.
struct WriteRequest2Target: FuzzTarget {
    static let name = "write-request-2"

    static func seeds() -> [[UInt8]] {
        (1...6).map { seed in
            var columns = SeedBatches.columns(seed: UInt64(seed), count: seed * 3)
            if seed % 3 == 0 { columns.startUnixMilliseconds = columns.values.map { _ in 5 } }
            var bytes: [UInt8] = []
            WriteRequest2.encode(columns, metadata: seed % 2 == 0 ? .type : .typeUnitHelp, into: &bytes)
            return bytes
        }
    }

    func run(_ bytes: [UInt8]) {
        WriteRequestCheck(
            decode: WriteRequest2.decode(_:limits:into:),
            encode: { WriteRequest2.encode($0, metadata: .typeUnitHelp, into: &$1) }, keepsStarts: true
        ).run(bytes)
    }
}
