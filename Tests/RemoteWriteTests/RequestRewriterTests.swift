import MetricModel
import RemoteWrite
import Testing

/// Messages made field by field, with what the encoders do not write.
private enum RawMessage {
    static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }

    static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }

    static func field(_ number: UInt64, double value: Double) -> [UInt8] {
        varint(number << 3 | 1) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }

    /// A histogram's fields, the same in both versions, but for 17.
    static let histogram = field(1, 3) + field(3, double: 1.5) + field(4, 2) + field(12, field(1, 2)) + field(15, 1000)

    static func label(_ name: String, _ value: String) -> [UInt8] { field(1, field(1, name) + field(2, value)) }

    static let symbols = ["", "__name__", "rpc_seconds", "trace_id", "abc", "seconds", "Time of calls.", "job", "node"]
        .flatMap { field(4, $0) }

    /// A histogram with exemplar, metadata and start timestamp; and a counter's sample with one.
    static let second =
        symbols
        + field(
            5,
            field(1, [1, 2, 7, 8]) + field(3, histogram + field(17, 500))
                + field(4, field(1, [3, 4]) + field(2, double: 0.25) + field(3, 999))
                + field(5, field(1, 3) + field(3, 6) + field(4, 5)))
        + field(5, field(1, [1, 5]) + field(2, field(1, double: 7) + field(2, 1000) + field(3, 400)))

    /// The same by 1.0, which has no start timestamps.
    static let first =
        field(
            1,
            label("__name__", "rpc_seconds") + label("job", "node")
                + field(3, label("trace_id", "abc") + field(2, double: 0.25) + field(3, 999)) + field(4, histogram))
        + field(1, label("__name__", "seconds") + field(2, field(1, double: 7) + field(2, 1000)))
        + field(3, field(1, 3) + field(2, "rpc_seconds") + field(4, "Time of calls.") + field(5, "seconds"))
}

@Suite struct RequestRewriterTests {
    private func rewrite(
        _ message: [UInt8], _ source: WireFormat, _ target: WireFormat, part: RequestRewriter.Part = .whole,
        byteLimit: Int = 1 << 20, keeping: RequestRewriter.Choice? = nil
    ) throws -> (message: [UInt8], counts: RewriteCounts) {
        var output: [UInt8] = []
        let counts = try RequestRewriter.rewrite(
            message, from: source, to: target, part: part, keeping: keeping, byteLimit: byteLimit, into: &output)
        return (output, counts)
    }

    @Test func version2Becomes1WithHistogramsExemplarsAndMetadataAndItsStartTimestampsCounted() throws {
        let (message, counts) = try rewrite(RawMessage.second, .writeRequest2, .writeRequest1)
        #expect(message == RawMessage.first)
        #expect(counts.lostStartTimestamps == 2)
        #expect(counts.units == 2 && counts.samples == 1 && counts.histograms == 1)
        #expect(counts.exemplars == 1 && counts.families == 1)
    }

    @Test func version1Becomes2AndComesBackAsItWas() throws {
        let (second, counts) = try rewrite(RawMessage.first, .writeRequest1, .writeRequest2)
        #expect(counts.units == 2 && counts.histograms == 1 && counts.exemplars == 1)
        let (first, _) = try rewrite(second, .writeRequest2, .writeRequest1)
        #expect(first == RawMessage.first)
        var columns = SampleColumns()
        let decoded = try WriteRequest2.decode(second, limits: DecodeLimits(), into: &columns)
        #expect(decoded.samples == 1 && decoded.histograms == 1 && decoded.exemplars == 1)
    }

    @Test func aSelectionGoesAlongAsItCameWithoutTheSymbolsOfTheRest() throws {
        var seen: [Int] = []
        let (message, counts) = try rewrite(RawMessage.second, .writeRequest2, .writeRequest2) { labels, units in
            seen.append(units)
            return labels.contains(UInt8(ascii: "r"))
        }
        #expect(seen == [1, 1] && counts.units == 1 && counts.histograms == 1 && counts.lostStartTimestamps == 0)
        var columns = SampleColumns()
        let decoded = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        #expect(decoded.histograms == 1 && decoded.exemplars == 1 && decoded.samples == 0)
        let text = String(decoding: message, as: UTF8.self)
        #expect(text.contains("rpc_seconds") && text.contains("Time of calls."))
        // The histogram keeps its start timestamp.
        #expect(message.firstRange(of: RawMessage.histogram + RawMessage.field(17, 500)) != nil)
    }

    @Test func partsTogetherHoldEverySampleOnce() throws {
        var columns = SampleColumns()
        for series in 0..<7 {
            columns.beginRow(packedLabels: Labels([Label("__name__", "m\(series)")]).packed)
            for time in 0..<Int64(series) { columns.append(unixMilliseconds: time, value: Double(time)) }
        }
        var message: [UInt8] = []
        WriteRequest2.encode(columns, metadata: .none, into: &message)
        for target in WireFormat.allCases {
            for count in [1, 2, 4, 8, 32] {
                var found: [String] = []
                for index in 1...count {
                    let (bytes, _) = try rewrite(
                        message, .writeRequest2, target, part: .init(index: index, count: count))
                    var part = SampleColumns()
                    switch target {
                    case .writeRequest1: _ = try WriteRequest1.decode(bytes, limits: DecodeLimits(), into: &part)
                    case .writeRequest2: _ = try WriteRequest2.decode(bytes, limits: DecodeLimits(), into: &part)
                    }
                    for row in part.rows {
                        let name = part.labels(of: row).first { _ in true }?.value ?? ""
                        found += row.samples.map { "\(name)@\(part.unixMilliseconds[$0])" }
                    }
                }
                #expect(found == (0..<7).flatMap { series in (0..<series).map { "m\(series)@\($0)" } })
            }
        }
    }

    @Test func aMessageThatGrowsPastTheLimitIsGivenUp() throws {
        let long = String(repeating: "x", count: 8000)
        var message = ["", "__name__", long].flatMap { RawMessage.field(4, $0) }
        let series = RawMessage.field(5, RawMessage.field(1, [1, 2]) + RawMessage.field(2, RawMessage.field(2, 1)))
        for _ in 0..<1000 { message += series }
        #expect(throws: RemoteWriteError.self) {
            try rewrite(message, .writeRequest2, .writeRequest1, byteLimit: 1 << 20)
        }
    }

    @Test func brokenMessagesAreErrorsAndNeverTrap() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<4000 {
            var message = round.isMultiple(of: 2) ? RawMessage.first : RawMessage.second
            for _ in 0...random(4) { message[random(message.count)] = UInt8(random(256)) }
            message.removeLast(random(message.count) / 4)
            for (source, target) in [
                (WireFormat.writeRequest1, WireFormat.writeRequest2), (.writeRequest2, .writeRequest1),
                (.writeRequest2, .writeRequest2),
            ] {
                do {
                    let parts = 1 << random(3)
                    _ = try rewrite(message, source, target, part: .init(index: 1 + random(parts), count: parts))
                } catch {
                    #expect(error is RemoteWriteError, "seed \(seed)")
                }
            }
        }
    }
}
