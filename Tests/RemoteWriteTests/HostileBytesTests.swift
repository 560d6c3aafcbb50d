import MetricModel
import RemoteWrite
import TestValues
import Testing

/// No bytes at all crash a decoder, and what it says it has taken is what stands in the columns.
@Suite struct HostileBytesTests {
    static let goldens = [
        Golden.request1WithMetadata, Golden.request1WithExemplarAndHistogram, Golden.request2WithStartAndHelp,
        Golden.request2WithExemplarAndHistogram,
    ]

    /// Decodes by both versions; the invariants hold whatever the bytes are.
    private func decodeBoth(_ bytes: [UInt8], _ comment: String) -> [RemoteWriteError?] {
        WireFormat.allCases.map { format in
            var columns = SampleColumns()
            do throws(RemoteWriteError) {
                let counts = try decode(bytes, format, into: &columns)
                check(columns, counts, comment)
                try checkBothPaths(bytes, format, columns, counts, comment)
                return nil
            } catch {
                #expect(columns.rows.isEmpty && columns.values.isEmpty, "\(comment)")
                return error
            }
        }
    }

    /// The quick ways through labels need room behind a series. An unknown field gives it, which changes nothing else.
    private func checkBothPaths(
        _ bytes: [UInt8], _ format: WireFormat, _ columns: SampleColumns, _ counts: DecodedCounts, _ comment: String
    ) throws(RemoteWriteError) {
        var padded = SampleColumns()
        let paddedCounts = try decode(bytes + Wire.bytes(900, Array(repeating: 0, count: 80)), format, into: &padded)
        #expect(paddedCounts == counts, "\(comment)")
        #expect(padded.rowTexts == columns.rowTexts, "\(comment)")
        #expect(padded.labelBytes == columns.labelBytes, "\(comment)")
    }

    private func decode(
        _ bytes: [UInt8], _ format: WireFormat, into columns: inout SampleColumns
    ) throws(RemoteWriteError) -> DecodedCounts {
        switch format {
        case .writeRequest1: try WriteRequest1.decode(bytes, limits: DecodeLimits(), into: &columns)
        case .writeRequest2: try WriteRequest2.decode(bytes, limits: DecodeLimits(), into: &columns)
        }
    }

    private func check(_ columns: SampleColumns, _ counts: DecodedCounts, _ comment: String) {
        #expect(counts.series == columns.rows.count, "\(comment)")
        #expect(counts.samples == columns.values.count, "\(comment)")
        #expect(columns.unixMilliseconds.count == columns.values.count, "\(comment)")
        #expect([0, columns.values.count].contains(columns.startUnixMilliseconds.count), "\(comment)")
        var end = 0
        for row in columns.rows {
            #expect(row.samples.lowerBound == end && !row.samples.isEmpty, "\(comment)")
            end = row.samples.upperBound
            let labels = columns.labels(of: row)
            #expect(Labels(labels).packed == labels.packed, "canonical: \(comment)")
            #expect(!labels.metricName.isEmpty, "\(comment)")
        }
        #expect(end == columns.values.count, "\(comment)")
    }

    @Test func truncatedAtEveryByteIsAnErrorOrAShorterRequest() {
        for golden in Self.goldens {
            for count in 0..<golden.count { _ = decodeBoth(Array(golden[..<count]), "cut to \(count)") }
        }
    }

    @Test func everyBitFlippedIsReadOrRefused() {
        for golden in Self.goldens {
            for bit in 0..<golden.count * 8 {
                var bytes = golden
                bytes[bit / 8] ^= 1 << (bit % 8)
                _ = decodeBoth(bytes, "bit \(bit)")
            }
        }
    }

    @Test func randomMutationsAreReadOrRefused() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<3000 {
            var bytes = Self.goldens[Int.random(in: 0..<Self.goldens.count, using: &random)]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                default: if bytes.count > 1 { bytes.remove(at: index) }
                }
            }
            _ = decodeBoth(bytes, "seed \(seed), round \(round)")
        }
    }

    @Test(
        arguments: [
            ([0x0a], RemoteWriteError.truncated(byteOffset: 1)), ([0x0a, 0x05, 0x0a], .truncated(byteOffset: 1)),
            ([0x08, 0x01], .wrongWireType(field: 1, byteOffset: 1)), ([0x00, 0x01], .badTag(byteOffset: 0)),
            ([0x0a, 0x02, 0x0b, 0x0c], .badTag(byteOffset: 2)), ([0x0f], .badTag(byteOffset: 0)),
            ([0x0a] + Array(repeating: 0xff, count: 11), .integerTooLong(byteOffset: 1)),
            ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .truncated(byteOffset: 1)),
            ([0x0a, 0x04, 0x12, 0x02, 0x09, 0x00], .truncated(byteOffset: 5)),
            ([0x0a, 0x02, 0x12, 0x7f, 0x00, 0x00], .truncated(byteOffset: 3)),
            ([0x55, 0x00, 0x00], .truncated(byteOffset: 1)),
        ] as [([UInt8], RemoteWriteError)])
    func errorsNameTheByte(bytes: [UInt8], expected: RemoteWriteError) {
        #expect(decodeBoth(bytes, "\(bytes)")[0] == expected)
    }

    @Test func aSymbolUsedOftenDoesNotBuyMemory() {
        // 2 MB of references to one symbol of 8 kB would be 8 GB of labels.
        let symbols = ["", "__name__", "a", String(repeating: "x", count: 8000)]
        let one = Wire.bytes(5, Wire.bytes(1, [1, 2, 3, 2]) + Wire.sample(1, 2))
        var message = symbols.flatMap { Wire.text(4, $0) }
        for _ in 0..<20_000 { message += one }
        var columns = SampleColumns()
        let limits = DecodeLimits(labelByteLimit: 1 << 20, labelNameByteLimit: 10_000)
        let error = #expect(throws: RemoteWriteError.self) {
            try WriteRequest2.decode(message, limits: limits, into: &columns)
        }
        guard case .limitExceeded(.labelBytes, limit: 1 << 20, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
