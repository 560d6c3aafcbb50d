import SettingsFile
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("15s", Duration.seconds(15)), ("500ms", .milliseconds(500)), ("1h30m", .seconds(5400)),
        ("30d", .seconds(2_592_000)), ("0", .zero), ("0s", .zero), ("2w", .seconds(1_209_600)),
        ("1m500ms", .milliseconds(60_500)), ("250us", .microseconds(250)), ("9223372036s", .seconds(9_223_372_036)),
    ])
    func parses(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
    }

    @Test(arguments: [
        "", "15", "s", "15 s", "-1s", "1.5s", "1s1h", "1s1s", "15x", "99999999999999999999s", "9223372037s",
        "٣s", "1h30", "1S",
    ])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test func formatsLikePeople() {
        #expect(DurationText.format(.seconds(90)) == "1m30s")
        #expect(DurationText.format(.seconds(86_400 * 90)) == "90d")
        #expect(DurationText.format(.milliseconds(1500)) == "1s500ms")
        #expect(DurationText.format(.zero) == "0s")
    }
}
