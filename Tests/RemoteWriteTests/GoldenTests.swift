import MetricModel
import RemoteWrite
import Testing

/// Against the bytes that Google's protobuf library writes for the same messages.
@Suite struct GoldenTests {
    /// The series of make_golden.py.
    static let columns: SampleColumns = {
        var columns = SampleColumns([
            (["__name__": "node_load1", "instance": "gw-7"], [(1_795_203_419_717, 1.5), (1_795_203_434_717, -0.0)]),
            (
                ["__name__": "up", "job": "Gießerei", "note": String(repeating: "x", count: 300)],
                [
                    (1, 0), (0, .infinity), (-1, -.infinity), (.max, .leastNonzeroMagnitude),
                    (.min, .greatestFiniteMagnitude),
                ]
            ),
        ])
        columns.families = [
            SampleColumns.Family(name: "node_load1", type: .gauge, help: "1m load average.", unit: "runs"),
            SampleColumns.Family(name: "up", type: .counter, help: "", unit: ""),
        ]
        columns.rows[0].family = 0
        columns.rows[1].family = 1
        return columns
    }()

    @Test func writesVersion1AsTheLibraryDoes() {
        var bytes: [UInt8] = [1, 2, 3]
        WriteRequest1.encode(Self.columns, into: &bytes)
        #expect(bytes == Golden.request1)
        WriteRequest1.encode(Self.columns, metadata: .typeUnitHelp, into: &bytes)
        #expect(bytes == Golden.request1WithMetadata)
    }

    @Test func writesVersion2AsTheLibraryDoes() {
        var bytes: [UInt8] = [1, 2, 3]
        WriteRequest2.encode(Self.columns, into: &bytes)
        #expect(bytes == Golden.request2)
    }

    @Test func writesStartTimestampsAndHelpOf2() throws {
        var columns = Self.columns
        columns.startUnixMilliseconds = Array(repeating: 1_795_203_000_000, count: columns.sampleCount)
        var bytes: [UInt8] = []
        WriteRequest2.encode(columns, metadata: .typeUnitHelp, into: &bytes)
        // The library's message numbers the help behind the labels of its series, ours too, but sorts it in between.
        var ours = SampleColumns()
        var library = SampleColumns()
        let ourCounts = try WriteRequest2.decode(bytes, limits: DecodeLimits(), into: &ours)
        let theirCounts = try WriteRequest2.decode(
            Golden.request2WithStartAndHelp, limits: DecodeLimits(), into: &library)
        #expect(ours.rowTexts == library.rowTexts)
        #expect(ours.families == library.families)
        #expect(ourCounts == theirCounts)
        #expect(bytes.count == Golden.request2WithStartAndHelp.count)
    }

    @Test(arguments: [Golden.request1, Golden.request1WithMetadata])
    func readsVersion1(bytes: [UInt8]) throws {
        var columns = SampleColumns()
        let counts = try WriteRequest1.decode(bytes, limits: DecodeLimits(), into: &columns)
        #expect(columns.rowTexts == Self.columns.rowTexts)
        #expect(counts.series == 2)
        #expect(counts.samples == 7)
        #expect(!counts.hasRefusals)
        #expect(columns.families == (bytes == Golden.request1 ? [] : Self.columns.families))
    }

    @Test func readsVersion2() throws {
        var columns = SampleColumns()
        let counts = try WriteRequest2.decode(Golden.request2, limits: DecodeLimits(), into: &columns)
        #expect(columns.rowTexts == Self.columns.rowTexts)
        #expect(counts.samples == 7)
        #expect(columns.rows.map { columns.families[Int($0.family)].type } == [.gauge, .counter])
    }

    @Test func readsStartTimestampsAndHelpOf2() throws {
        var columns = SampleColumns()
        _ = try WriteRequest2.decode(Golden.request2WithStartAndHelp, limits: DecodeLimits(), into: &columns)
        #expect(columns.startUnixMilliseconds == Array(repeating: 1_795_203_000_000, count: 7))
        let expected = SampleColumns.Family(name: "", type: .gauge, help: "1m load average.", unit: "runs")
        #expect(columns.families.first == expected)
    }

    @Test func aStaleMarkerKeepsItsBits() throws {
        var columns = SampleColumns()
        _ = try WriteRequest1.decode(Golden.request1Stale, limits: DecodeLimits(), into: &columns)
        #expect(columns.values.map(\.bitPattern) == [StaleMarker.bitPattern])
        var bytes: [UInt8] = []
        WriteRequest1.encode(columns, into: &bytes)
        #expect(bytes == Golden.request1Stale)
    }

    @Test func histogramsAreCountedAndNamedAndExemplarsTaken() throws {
        var columns = SampleColumns()
        let one = try WriteRequest1.decode(
            Golden.request1WithExemplarAndHistogram, limits: DecodeLimits(), into: &columns)
        #expect([one.samples, one.histograms, one.exemplars] == [7, 1, 1])
        #expect(columns.rowTexts == Self.columns.rowTexts)
        let two = try WriteRequest2.decode(
            Golden.request2WithExemplarAndHistogram, limits: DecodeLimits(), into: &columns)
        #expect([two.samples, two.histograms, two.exemplars, two.refusedSeries] == [7, 1, 1, 0])
        #expect(columns.rowTexts == Self.columns.rowTexts)
        #expect(two.hasRefusals)
        #expect(
            two.refusalText == "1 native histograms refused: not supported by this receiver")
    }
}
