import MetricModel
import RemoteWrite

/// Remote write 1.0: see `WriteRequestCheck`.
struct WriteRequest1Target: FuzzTarget {
    static let name = "write-request-1"

    static func seeds() -> [[UInt8]] {
        (1...6).map { seed in
            var bytes: [UInt8] = []
            WriteRequest1.encode(
                SeedBatches.columns(seed: UInt64(seed), count: seed * 3),
                metadata: seed % 2 == 0 ? .none : .typeUnitHelp,
                into: &bytes)
            return bytes
        }
    }

    func run(_ bytes: [UInt8]) {
        WriteRequestCheck(
            decode: WriteRequest1.decode(_:limits:into:),
            encode: { WriteRequest1.encode($0, into: &$1) }, keepsStarts: false
        ).run(bytes)
    }
}
