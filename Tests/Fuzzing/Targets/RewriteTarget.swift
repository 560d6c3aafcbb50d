import RemoteWrite

/// What a hub makes of a received message for those it relays to: the first byte says from which version, the rest is the
/// message. Nothing may trap; the whole and its parts must hold what the message held, in either version.
struct RewriteTarget: FuzzTarget {
    static let name = "rewrite"
    private static let byteLimit = 8 << 20

    static func seeds() -> [[UInt8]] {
        WriteRequest1Target.seeds().map { [0] + $0 } + WriteRequest2Target.seeds().map { [1] + $0 }
    }

    func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let source: WireFormat = first & 1 == 0 ? .writeRequest1 : .writeRequest2
        let message = Array(bytes.dropFirst())
        for target in WireFormat.allCases {
            var output: [UInt8] = []
            do throws(RemoteWriteError) {
                let counts = try RequestRewriter.rewrite(
                    message, from: source, to: target, byteLimit: Self.byteLimit, into: &output)
                precondition(counts.samples + counts.histograms == counts.units, "a unit is missing")
                let again = try RequestRewriter.measure(output, from: target)
                precondition(again.units == counts.units, "\(counts.units) units became \(again.units)")
                var units = 0
                for index in 1...4 {
                    let part = try RequestRewriter.rewrite(
                        message, from: source, to: target, part: .init(index: index, count: 4),
                        byteLimit: Self.byteLimit, into: &output)
                    units += part.samples + part.histograms
                }
                precondition(units == counts.units, "the parts hold \(units) of \(counts.units)")
            } catch {
                // Damaged, or larger than is made of one.
            }
        }
    }
}
