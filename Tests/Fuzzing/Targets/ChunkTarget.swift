import SampleCodec

/// The hub's chunks as they are read back from its files: times ascend, the header says what the columns are, and what
/// was decoded comes back from a chunk made of it.
struct ChunkTarget: FuzzTarget {
    static let name = "chunk"

    private static let sampleLimit = 5000

    static func seeds() -> [[UInt8]] {
        let regular = (0..<120).map { Int64($0) * 15_000 + 1_795_203_419_717 }
        let irregular = regular.enumerated().map { $1 + Int64($0 * $0 % 7) }
        let columns: [[Double]] = [
            regular.indices.map { Double($0) }, regular.indices.map { Double($0 * $0 % 13) / 10 },
            regular.indices.map { Double($0) * 0.1 + 1 / 3 }, regular.map { _ in 5 },
            regular.indices.map { $0 % 10 == 3 ? .nan : 45.5 }, regular.indices.map { Double($0 * $0 % 91) * 0.001 },
            regular.indices.map { Double(7_000_001 + $0 * $0 % 91) / 1000 / 1000 },
            regular.indices.map { Double(5 << ($0 % 12)) },
        ]
        let ticks = (0..<240).map { (Double($0 * $0 % 6997 + 40) * 18.518518).rounded(.down) / 1e9 }
        return columns.flatMap { [chunk(regular, $0), chunk(irregular, $0)] }
            + [SampleCodec.encode([1], [2]), chunk(ticks.indices.map { Int64($0) * 1000 }, ticks)]
    }

    private static func chunk(_ times: [Int64], _ values: [Double]) -> [UInt8] {
        var hint = TickHint()
        return SampleCodec.encode(times[...], values[...], effort: .final, hint: &hint)
    }

    func run(_ bytes: [UInt8]) {
        var times: [Int64] = [7]
        var values: [Double] = [8]
        let isTaken: Void? = attempt { () throws(ChunkError) in try decode(bytes, &times, &values) }
        guard isTaken != nil else {
            hold(times == [7] && values == [8], "an error leaves the columns as they were")
            return
        }
        times.removeFirst()
        values.removeFirst()
        hold(times.count == values.count && !times.isEmpty && times.count <= Self.sampleLimit, "columns of one length")
        hold(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times ascend")
        let header = bytes.withUnsafeBytes { raw in
            must("what decodes has a header") { () throws(ChunkError) in try ChunkHeader(raw) }
        }
        hold(header.sampleCount == times.count, "the header counts the samples")
        hold(header.firstUnixMilliseconds == times.first && header.lastUnixMilliseconds == times.last, "first and last")
        for chunk in [SampleCodec.encode(times, values), Self.chunk(times, values)] {
            var timesAgain: [Int64] = []
            var valuesAgain: [Double] = []
            must("what was encoded is decoded") { () throws(ChunkError) in
                try decode(chunk, &timesAgain, &valuesAgain)
            }
            hold(timesAgain == times, "times come back")
            hold(valuesAgain.map(\.bitPattern) == values.map(\.bitPattern), "values come back bit for bit")
        }
    }

    private func decode(_ bytes: [UInt8], _ times: inout [Int64], _ values: inout [Double]) throws(ChunkError) {
        let result: Result<Void, ChunkError> = bytes.withUnsafeBytes { raw in
            do throws(ChunkError) {
                return .success(try SampleCodec.decode(raw, sampleLimit: Self.sampleLimit, into: &times, &values))
            } catch { return .failure(error) }
        }
        try result.get()
    }
}
