import Daemon
import Logging
import Testing

@Suite struct LogLineTests {
    let line = LogLine(
        unixMilliseconds: 1_795_223_700_250, level: .warning, label: "shipping",
        message: "hub answered \"no\"\nlevel=error forged", metadata: ["status": "503", "empty": ""])

    @Test func writesLogfmt() {
        #expect(
            line.rendered(as: .logfmt)
                == #"time=2026-11-21T01:15:00.250Z level=warning source=shipping "#
                + #"msg="hub answered \"no\"\nlevel=error forged" empty="" status=503"# + "\n")
    }

    @Test func writesJSON() {
        #expect(
            line.rendered(as: .json)
                == #"{"time":"2026-11-21T01:15:00.250Z","level":"warning","source":"shipping","#
                + #""msg":"hub answered \"no\"\nlevel=error forged","empty":"","status":"503"}"# + "\n")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func knowsTheCalendar(_ milliseconds: Int64, _ text: String) {
        #expect(UTCTime(unixMilliseconds: milliseconds).text == text)
    }
}
