import MetricModel
import RemoteWrite
import TestValues
import Testing

@Suite struct RoundTripTests {
    /// Random columns of valid series: names short and long, values of any UTF-8, every kind of bit pattern.
    private static func columns(_ random: inout SeededRandom) -> SampleColumns {
        var columns = SampleColumns()
        let alphabet = Array("abcxyzABCXYZ_0189")
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            var labels = [Label("__name__", "m_\(Int.random(in: 0...5, using: &random))")]
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let name = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "a"
                }
                let scalars = (0..<Int.random(in: 0...200, using: &random) / Int.random(in: 1...40, using: &random)).map
                { _ in
                    ["a", "/", "\"", "é", "😀", "\u{0}"].randomElement(using: &random) ?? ""
                }
                labels.append(Label("l" + String(name), scalars.joined()))
            }
            columns.beginRow(
                packedLabels: Labels(labels).packed,
                family: columns.families.isEmpty
                    ? -1 : Int32.random(in: -1..<Int32(columns.families.count), using: &random))
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let bits =
                    Bool.random(using: &random)
                    ? UInt64.random(in: 0 ... .max, using: &random) : UInt64.random(in: 0...2, using: &random)
                columns.append(
                    unixMilliseconds: Int64(
                        truncatingIfNeeded: random.next() >> UInt64.random(in: 0...63, using: &random)),
                    value: Double(bitPattern: bits))
            }
        }
        if Bool.random(using: &random) {
            columns.startUnixMilliseconds = columns.values.map { _ in Int64.random(in: 1...5, using: &random) }
        }
        return columns
    }

    @Test func whatIsWrittenIsReadBackBitForBitByBothVersions() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var message: [UInt8] = []
        var back = SampleColumns()
        for round in 0..<400 {
            let columns = Self.columns(&random)
            WriteRequest2.encode(columns, metadata: .typeUnitHelp, into: &message)
            let two = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &back)
            #expect(back.rowTexts == columns.rowTexts, "seed \(seed), round \(round)")
            #expect(two.samples == columns.sampleCount, "seed \(seed), round \(round)")
            WriteRequest1.encode(columns, into: &message)
            let one = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &back)
            var unstarted = columns
            unstarted.startUnixMilliseconds = []
            #expect(back.rowTexts == unstarted.rowTexts, "seed \(seed), round \(round)")
            #expect(one.samples == columns.sampleCount && !one.hasRefusals, "seed \(seed), round \(round)")
        }
    }

    @Test func theFieldsOfALabelInAnotherOrderMakeNoDifference() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let columns = Self.columns(&random)
            var message: [UInt8] = []
            for row in columns.rows {
                let labels = columns.labels(of: row).map {
                    Wire.bytes(1, Wire.text(2, $0.value) + Wire.text(1, $0.name))
                }
                let samples = row.samples.map {
                    Wire.sample(columns.values[$0], UInt64(bitPattern: columns.unixMilliseconds[$0]))
                }
                message += Wire.bytes(1, (samples + labels.shuffled(using: &random)).flatMap { $0 })
            }
            var back = SampleColumns()
            _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &back)
            var unstarted = columns
            unstarted.startUnixMilliseconds = []
            #expect(back.rowTexts == unstarted.rowTexts, "seed \(seed), round \(round)")
        }
    }

    @Test func partsOfARequestTogetherHoldAllOfItOnce() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<100 {
            let columns = Self.columns(&random)
            let cut = Int.random(in: 0...columns.sampleCount, using: &random)
            var values: [UInt64] = []
            for part in [0..<cut, cut..<columns.sampleCount] {
                for format in WireFormat.allCases {
                    var message: [UInt8] = []
                    var back = SampleColumns()
                    if format == .writeRequest1 {
                        WriteRequest1.encode(columns, samples: part, into: &message)
                        _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &back)
                        values += back.values.map(\.bitPattern)
                    } else {
                        WriteRequest2.encode(columns, samples: part, into: &message)
                        _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &back)
                        #expect(
                            back.values.map(\.bitPattern) == values.suffix(back.values.count),
                            "seed \(seed), round \(round)")
                    }
                }
            }
            #expect(values == columns.values.map(\.bitPattern), "seed \(seed), round \(round)")
        }
    }

    @Test func labelNamesThatShareEightBytesAreKeptInOrder() throws {
        let labels: Labels = ["__name__": "m", "instance": "a", "instance_a": "b", "instance_b": "c", "instancf": "d"]
        let columns = SampleColumns([(labels, [(1, 1)])])
        var message: [UInt8] = []
        var back = SampleColumns()
        WriteRequest1.encode(columns, into: &message)
        _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &back)
        #expect(back.rowTexts == columns.rowTexts)
        WriteRequest2.encode(columns, into: &message)
        _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &back)
        #expect(back.rowTexts == columns.rowTexts)
    }
}
