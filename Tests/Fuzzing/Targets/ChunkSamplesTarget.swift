import SampleCodec

/// Any samples become a chunk, with little and with full effort, and come back bit for bit.
struct ChunkSamplesTarget: FuzzTarget {
    static let name = "chunk-samples"

    private static let sampleLimit = 2000

    static func seeds() -> [[UInt8]] {
        (0..<7).map { (kind: Int) -> [UInt8] in
            var seed = [UInt8(kind), 0, 3]
            for index in 0..<300 { seed += [UInt8(index % 5), UInt8(index * index % 251), 7, 1] }
            return seed
        }
    }

    func run(_ bytes: [UInt8]) {
        var input = InputCursor(bytes)
        let kind = input.choice(7)
        var times: [Int64] = []
        var values: [Double] = []
        var time = Int64(input.byte()) - 128
        var integer: Int64 = 0
        while !input.isAtEnd, values.count < Self.sampleLimit {
            let step = input.byte()
            time += step < 200 ? 15_000 : Int64(step)
            times.append(time)
            integer = step % 4 == 0 ? integer &+ Int64(step) : step % 4 == 1 ? Int64(input.word()) : integer &* 3
            values.append(step % 16 == 15 ? Self.pattern(input.bytes(8)) : Self.value(integer, kind))
        }
        guard !values.isEmpty else { return }
        var hint = TickHint()
        for effort in [CodecEffort.quick, .final, .final] {
            let chunk = SampleCodec.encode(times[...], values[...], effort: effort, hint: &hint)
            var timesAgain: [Int64] = []
            var valuesAgain: [Double] = []
            must("what was encoded is decoded") { () throws(ChunkError) in
                try chunk.withUnsafeBytes { raw in
                    Result { () throws(ChunkError) in
                        try SampleCodec.decode(
                            raw, sampleLimit: Self.sampleLimit, into: &timesAgain, &valuesAgain)
                    }
                }.get()
            }
            hold(timesAgain == times, "times come back")
            hold(valuesAgain.map(\.bitPattern) == values.map(\.bitPattern), "values come back bit for bit")
        }
    }

    private static func pattern(_ bytes: [UInt8]) -> Double {
        Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    private static func value(_ integer: Int64, _ kind: Int) -> Double {
        switch kind {
        case 0: Double(integer)
        case 1: Double(integer) / 1e9
        case 2: Double(integer) * 0.001
        case 3: Double(integer) / 1000 / 1000
        case 4: Double(bitPattern: UInt64(bitPattern: integer))
        case 5: (Double(integer % 100_000).magnitude * 10.015037).rounded(.down) / 1e9
        default: Double(integer) / 3
        }
    }
}
