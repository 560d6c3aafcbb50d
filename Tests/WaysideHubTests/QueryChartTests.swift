import Daemon
import JSONText
import Testing

@testable import WaysideHub

@Suite struct QueryChartTests {
    private func chart(_ json: String, through end: Int64 = 63_000) throws -> String {
        let data = try JSONValue(Array(json.utf8), limits: JSONLimits(byteLimit: 100_000, depthLimit: 16))
        return QueryChart(from: 0, through: end).text(data)
    }

    private func series(_ name: String, _ points: [(Int, String)]) -> String {
        let values = points.map { #"[\#($0.0),"\#($0.1)"]"# }.joined(separator: ",")
        return #"{"metric":{"__name__":"\#(name)"},"values":[\#(values)]}"#
    }

    /// 64 points, a column each: a stair of eight steps, with a gap and a NaN that leave their columns empty.
    @Test func oneSeriesIsAChart() throws {
        let points = (0..<64).filter { $0 != 20 }.map { ($0, $0 == 40 ? "NaN" : "\($0 / 8 * 1000)") }
        let rows = try chart(#"{"resultType":"matrix","result":[\#(series("stair", points))]}"#)
            .split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.count == 12)
        #expect(rows[0] == "stair")
        #expect(rows[1].hasPrefix("    7k ┤") && rows[8].hasPrefix("  875 ┤") == false)
        let columns = rows[1...8].map { Array($0.drop { $0 != "┤" }.dropFirst()) }
        #expect(columns.allSatisfy { $0.count == 64 })
        // From the top: only the last step reaches the first row, and every point has something in the last.
        #expect(columns[0].firstIndex { $0 != " " } == 56)
        #expect(columns[7].indices.filter { columns[7][$0] == " " } == [20, 40])
        #expect(columns[7][0] == "▁" && columns[0][63] == "█")
        #expect(rows[10] == "1970-01-01T00:00:00.000Z … 1970-01-01T00:01:03.000Z")
    }

    @Test func severalSeriesAreALineEach() throws {
        let rows = try chart(
            #"{"resultType":"matrix","result":[\#(series("a", [(0, "0"), (63, "7")])),\#(series("b", [(63, "3.5")]))]}"#
        ).split(separator: "\n")
        #expect(rows[0] == "all from 0 to 7")
        #expect(rows[1] == "a")
        #expect(rows[2] == "  ▁" + String(repeating: " ", count: 62) + "█  last 7")
        #expect(rows[4].hasSuffix("▅  last 3.5"))
    }

    @Test func whatCannotBeDrawnDoesNotEndIt() throws {
        #expect(try chart(#"{"resultType":"matrix","result":[]}"#) == "no series\n")
        let wild = [(-1000, "1"), (0, "+Inf"), (1, "-Inf"), (2, "1e308"), (3, "-1e308"), (64, "0"), (1_000_000, "x")]
        #expect(try chart(#"{"resultType":"matrix","result":[\#(series("w", wild))]}"#).contains("w\n"))
        #expect(try chart(#"{"resultType":"matrix","result":[\#(series("w", [(0, "5")]))]}"#, through: 0).contains("5"))
    }
}
