import Daemon
import JSONText
import Testing

@testable import WaysideHub

@Suite struct QueryTableTests {
    private func table(_ json: String) throws -> String {
        QueryTable(try JSONValue(Array(json.utf8), limits: JSONLimits(byteLimit: 10_000, depthLimit: 16))).text()
    }

    @Test func aVectorIsATableOfSeriesAndValues() throws {
        let text = try table(
            #"{"resultType":"vector","result":["#
                + #"{"metric":{"__name__":"up","job":"node"},"value":[1.5,"1"]},"#
                + #"{"metric":{},"value":[1.5,"NaN"]}]}"#)
        #expect(text == "up{job=\"node\"}  1\n{}              NaN\n")
    }

    @Test func aMatrixShowsItsSamplesWithTheirTimes() throws {
        let text = try table(
            #"{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"values":[[0.25,"1"],[1,"0"]]}]}"#)
        #expect(text == "up\n  1970-01-01T00:00:00.250Z  1\n  1970-01-01T00:00:01.000Z  0\n")
    }

    /// Labels are whatever a sender says. None reaches the terminal as anything but a label, as PromQL would write it.
    @Test func labelsAreQuoted() throws {
        let text = try table(
            #"{"resultType":"vector","result":["#
                + #"{"metric":{"__name__":"up","job":"x\u001b[2J\n\"{evil}\u009b1m\u202e"},"value":[1.5,"1"]},"#
                + #"{"metric":{"__name__":"a.b","c d":"1"},"value":[1.5,"2"]}]}"#)
        #expect(
            text == #"up{job="x\x1b[2J\n\"{evil}\u009b1m\u202e"}  1"# + "\n"
                + #"{"a.b", "c d"="1"}                          2"# + "\n")
    }

    @Test func nothingIsSaidToBeNothing() throws {
        #expect(try table(#"{"resultType":"vector","result":[]}"#) == "no series\n")
        #expect(try table(#"{"resultType":"scalar","result":[0,"42"]}"#) == "42\n")
    }
}
