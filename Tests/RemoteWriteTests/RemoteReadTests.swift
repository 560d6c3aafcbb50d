import MetricModel
import RemoteWrite
import TestValues
import Testing

/// Remote read's messages, both directions, and chunks.
@Suite struct RemoteReadTests {
    /// CRC32C bit by bit, as in RFC 3720.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
        return ~crc
    }

    private static func frame(_ chunks: [[UInt8]], name: String = "up", encoding: UInt8 = 1) -> [UInt8] {
        XORChunkWriter.frame([([("__name__", name), ("job", "a")], chunks.map { (encoding, $0) })]) { checksum($0) }
    }

    private static func decode(
        _ bytes: [UInt8], from: Int64 = .min, through: Int64 = .max, limits: DecodeLimits = DecodeLimits()
    ) throws(RemoteReadError) -> (columns: SampleColumns, counts: ReadCounts) {
        var columns = SampleColumns()
        columns.beginRow(packedLabels: [1])
        do throws(RemoteReadError) {
            let counts = try ChunkedReadResponse.decode(
                bytes, from: from, through: through, limits: limits, into: &columns
            ) { checksum($0) }
            return (columns, counts)
        } catch {
            #expect(columns.rows.isEmpty && columns.values.isEmpty, "after an error the columns are empty")
            throw error
        }
    }

    private static func history(_ random: inout SeededRandom) -> [(unixMilliseconds: Int64, bits: UInt64)] {
        var time = Int64.random(in: -10_000...1_900_000_000_000, using: &random)
        var value = UInt64.random(in: .min ... .max, using: &random)
        return (0..<Int.random(in: 1...300, using: &random)).map { _ in
            switch Int.random(in: 0..<6, using: &random) {
            case 0: time &+= Int64.random(in: 0...20_000_000_000, using: &random)
            case 1: time &+= Int64.random(in: 0...300_000, using: &random)
            case 2: time &+= Int64.random(in: 0...20_000, using: &random)
            default: time &+= 15_000
            }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: value = UInt64.random(in: .min ... .max, using: &random)
            case 1: value = Double(Int.random(in: 0...10_000, using: &random)).bitPattern
            case 2: value ^= 1 << UInt64.random(in: 0..<64, using: &random)
            case 3: value = StaleMarker.bitPattern
            default: break
            }
            return (time, value)
        }
    }

    @Test func aRequestComesBackAsItWasWritten() throws {
        let request = ReadRequest(
            queries: [
                ReadQuery(
                    from: -5, through: 1_700_000_000_000,
                    matchers: [
                        ReadMatcher(.equal, "__name__", "up"), ReadMatcher(.notEqual, "a", ""),
                        ReadMatcher(.matches, "b", "x|y"), ReadMatcher(.doesNotMatch, "c", ".+"),
                    ]), ReadQuery(from: 0, through: 0, matchers: []),
            ], accepted: [.chunks, .samples])
        #expect(try ReadRequest(request.encoded()) == request)
        // Unpacked enumerations and forms unknown here, by hand.
        #expect(try ReadRequest([0x10, 1, 0x10, 9, 0x10, 0, 0x10, 1]).accepted == [.chunks, .samples])
        #expect(try ReadRequest([]) == ReadRequest(queries: [], accepted: []))
    }

    @Test func aRequestIsBounded() {
        let empty = ReadQuery(from: 0, through: 0, matchers: [])
        let many = ReadRequest(queries: Array(repeating: empty, count: 65), accepted: [])
        #expect(throws: RemoteReadError.tooManyQueries(limit: 64)) { try ReadRequest(many.encoded()) }
        let matchers = Array(repeating: ReadMatcher(.equal, "a", "b"), count: 129)
        let wide = ReadRequest(queries: [ReadQuery(from: 0, through: 0, matchers: matchers)], accepted: [])
        #expect(throws: RemoteReadError.tooManyMatchers(limit: 128)) { try ReadRequest(wide.encoded()) }
        #expect(throws: RemoteReadError.unknownMatcher(number: 4)) { try ReadRequest([0x0a, 4, 0x1a, 2, 0x08, 4]) }
    }

    @Test func resultsComeBackForEachQuery() throws {
        var first = SampleColumns()
        first.beginRow(
            packedLabels: Labels(["__name__": "disk.used", "a": "é"].map { Label($0.key, $0.value) }).packed)
        first.append(unixMilliseconds: 5, value: -0.0)
        first.append(unixMilliseconds: 6, value: StaleMarker.value)
        let body = ReadResponse.encode([first, SampleColumns(), first])
        var rows: [[String]] = []
        let counts = try ReadResponse.decode(body, limits: DecodeLimits()) { columns in
            rows.append(
                columns.rows.map { row in
                    "\(columns.labels(of: row)) \(columns.unixMilliseconds[row.samples]) "
                        + "\(columns.values[row.samples].map(\.bitPattern))"
                })
        }
        #expect(counts.samples == 4 && rows.map(\.count) == [1, 0, 1])
        #expect(rows[0] == ["disk.used{a=\"é\"} [5, 6] [9223372036854775808, \(StaleMarker.bitPattern)]"])
    }

    @Test func chunksComeBackToTheBit() throws {
        var random = SeededRandom(seed: 3)
        for round in 0..<400 {
            let history = Self.history(&random)
            let read = try Self.decode(Self.frame([XORChunkWriter.chunk(history)]))
            #expect(read.columns.unixMilliseconds == history.map(\.unixMilliseconds), "round \(round)")
            #expect(read.columns.values.map(\.bitPattern) == history.map(\.bits), "round \(round)")
            #expect(read.counts.samples == history.count)
        }
    }

    /// Each width's least and greatest change of the distance, and one past it.
    @Test func everyWidthOfAChangeIsReadToItsEnds() throws {
        for width in [14, 17, 20] {
            for change in [-(1 << (width - 1)), -(1 << (width - 1)) + 1, 1 << (width - 1), 1 << (width - 1) + 1] {
                let times: [Int64] = [0, 1_000_000, 2_000_000 + Int64(change), 3_000_000 + 2 * Int64(change)]
                let read = try Self.decode(Self.frame([XORChunkWriter.chunk(times.map { ($0, 1) })]))
                #expect(read.columns.unixMilliseconds == times, "\(width) \(change)")
            }
        }
    }

    @Test func framesAndChunksFollowEachOtherAndTheRangeIsKept() throws {
        func chunk(_ times: ClosedRange<Int64>) -> [UInt8] { XORChunkWriter.chunk(times.map { ($0, UInt64($0)) }) }
        let bytes =
            Self.frame([chunk(0...9), chunk(10...19)]) + Self.frame([chunk(20...29)])
            + Self.frame([chunk(0...3)], name: "b")
        let read = try Self.decode(bytes, from: 5, through: 22)
        #expect(read.columns.unixMilliseconds == Array(5...22))
        #expect(read.columns.rows.map { read.columns.labels(of: $0).metricName } == ["up", "up"])
        #expect(try Self.decode(bytes, from: 5, through: 4).columns.rows.isEmpty)
        #expect(try Self.decode([]).columns.rows.isEmpty)
    }

    @Test func whatIsNoFloatIsCounted() throws {
        let chunk = XORChunkWriter.chunk([(1, 1)])
        let bytes =
            Self.frame([chunk], encoding: 2) + Self.frame([chunk], encoding: 3) + Self.frame([chunk], encoding: 4)
        let read = try Self.decode(bytes + Self.frame([chunk]))
        #expect(read.counts.histograms == 2 && read.counts.unknownChunks == 1 && read.counts.samples == 1)
        let nameless = XORChunkWriter.frame([([("a", "b")], [(1, chunk)])]) { Self.checksum($0) }
        let refused = try Self.decode(nameless)
        #expect(
            refused.counts.refusedSeries == 1 && refused.counts.refusedSamples == 1 && refused.columns.values.isEmpty)
    }

    @Test func everyCutAndEveryFlippedBitIsFound() throws {
        var random = SeededRandom(seed: 5)
        let frame = Self.frame([XORChunkWriter.chunk(Array(Self.history(&random).prefix(20)))])
        for end in 1..<frame.count {
            #expect(throws: RemoteReadError.self, "cut at \(end)") { try Self.decode(Array(frame[..<end])) }
        }
        for bit in 0..<frame.count * 8 {
            var damaged = frame
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: RemoteReadError.self, "bit \(bit)") { try Self.decode(damaged) }
        }
    }

    @Test func aChunkThatEndsEarlyNamesItsPlace() throws {
        let chunk = XORChunkWriter.chunk((0..<50).map { ($0 * $0 * 1000, UInt64($0) &* 0x9e37_79b9_7f4a_7c15) })
        for end in 0..<chunk.count {
            let error = #expect(throws: RemoteReadError.self) { try Self.decode(Self.frame([Array(chunk[..<end])])) }
            guard case .chunkCutShort(let offset, let sample) = error else {
                Issue.record("\(end): \(String(describing: error))")
                continue
            }
            #expect(offset > 20 && sample < 50)
        }
        // A window of changed bits that reaches past 64: sample 1 says 31 zeros lead and 63 bits have changed.
        var damaged = XORChunkWriter()
        damaged.append(0, 0)
        var bytes = damaged.bytes
        bytes[1] = 2
        bytes += [1, 0b1111_1111, 0b1111_1000] + Array(repeating: 0, count: 20)
        #expect(throws: RemoteReadError.self) { try Self.decode(Self.frame([bytes])) }
        // A change where the last one was, without a last one.
        var windowless = damaged.bytes
        windowless[1] = 2
        windowless += [1, 0b1000_0000] + Array(repeating: 0, count: 20)
        let error = #expect(throws: RemoteReadError.self) { try Self.decode(Self.frame([windowless])) }
        if case .chunkDamaged(_, 1) = error { return }
        Issue.record("\(String(describing: error))")
    }

    @Test func lengthsAreBelievedOnlyAsFarAsTheyFit() {
        #expect(
            throws: RemoteReadError.frameTooLarge(
                declaredByteCount: 0x7fff_ffff, byteLimit: 50 << 20, byteOffset: 0)
        ) { try Self.decode([0xff, 0xff, 0xff, 0xff, 0x07, 0, 0, 0, 0]) }
        #expect(throws: RemoteReadError.frameCutShort(byteOffset: 0)) {
            try Self.decode(Array(repeating: 0xff, count: 12))
        }
        #expect(throws: RemoteReadError.frameCutShort(byteOffset: 0)) { try Self.decode([9, 0, 0, 0, 0]) }
    }

    @Test func samplesAreBounded() throws {
        let chunk = XORChunkWriter.chunk((0..<100).map { (Int64($0), 0) })
        let limits = DecodeLimits(sampleLimit: 99)
        let error = #expect(throws: RemoteReadError.self) { try Self.decode(Self.frame([chunk]), limits: limits) }
        if case .message(.limitExceeded(.samples, limit: 99, _)) = error {
        } else {
            Issue.record("\(String(describing: error))")
        }
        // What is outside the range takes no memory.
        #expect(try Self.decode(Self.frame([chunk]), from: 0, through: 98, limits: limits).columns.values.count == 99)
    }

    @Test(arguments: [
        ("application/x-protobuf", ReadAnswerKind.samples), ("Application/X-Protobuf; a=b", .samples),
        ("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse", .chunks),
    ])
    func theFormIsThatOfTheContentType(_ type: String, _ kind: ReadAnswerKind) {
        #expect(ReadAnswerKind(contentType: type) == kind)
        #expect(ReadAnswerKind(contentType: "text/html") == nil)
    }
}
