import LabelMatching
import MetricModel
import Testing

@testable import SampleStore

@Suite struct ExemplarTableTests {
    private static let bounds = SampleBounds(oldest: 0, newest: 1_000_000)

    private static func exemplar(_ time: Int64, name: Int = 1000) -> SampleColumns.Exemplar {
        SampleColumns.Exemplar(
            series: ["__name__": String(repeating: "a", count: name)], labels: ["id": "7f"], unixMilliseconds: time,
            value: 1)
    }

    private static func times(_ table: ExemplarTable) -> [Int64] {
        table.select([[]], from: 0, through: .max).flatMap { $0.exemplars.map(\.unixMilliseconds) }
    }

    @Test func theNewestAreKeptWithinTheBytesAllowed() {
        var table = ExemplarTable(limit: 100, byteLimit: 5500)
        let taken = table.add((0..<50).map { Self.exemplar($0) }, Self.bounds)
        #expect(taken == 50)
        #expect(Self.times(table) == [45, 46, 47, 48, 49])
        #expect(table.count == 5 && table.byteCount <= 5500 && table.overByteLimit == 45)
        // What was dropped is forgotten, and comes back when it is sent again.
        _ = table.add([Self.exemplar(3)], Self.bounds)
        #expect(Self.times(table) == [3, 46, 47, 48, 49])
    }

    /// One that alone takes more leaves nothing behind, not even its bytes.
    @Test func anExemplarLargerThanAllThatIsAllowedIsNotKept() {
        var table = ExemplarTable(limit: 100, byteLimit: 5500)
        _ = table.add([Self.exemplar(1, name: 6000)], Self.bounds)
        #expect(table.count == 0 && table.byteCount == 0 && table.overByteLimit == 1)
        _ = table.add([Self.exemplar(2)], Self.bounds)
        #expect(Self.times(table) == [2])
    }

    @Test(arguments: [1, 2, 3, 7]) func theNewestAreKeptWithinTheNumberAllowed(limit: Int) {
        var table = ExemplarTable(limit: limit, byteLimit: 1 << 20)
        for time in 0..<40 as Range<Int64> {
            // Each is sent twice, as senders do.
            #expect(table.add([Self.exemplar(time), Self.exemplar(time)], Self.bounds) == 2)
            #expect(Self.times(table) == Array(max(0, time + 1 - Int64(limit))...time))
        }
        #expect(table.count == limit && table.overByteLimit == 0)
    }
}
