internal import Daemon
internal import Delivery
internal import SettingsFile
package import Shipping

/// What a destination is sent of each series: the keys `keep`, `drop` and `resolution` of `remote_write`.
package struct ContentSettings: Sendable {
    package let filter: SeriesFilter

    private static let resolutions: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86400)

    init(from section: SettingsSection) {
        let selectors = SelectorSettings(from: section)
        let resolution = section.map(
            "resolution", expected: "a duration from 10ms to 1d such as 1s or 1m", expectedName: "a job"
        ) { text in
            DurationText.parse(text).flatMap { ContentSettings.resolutions.contains($0) ? $0.milliseconds : nil }
        }
        filter = SeriesFilter(
            keep: selectors.keep, drop: selectors.drop,
            resolution: Dictionary(resolution.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }
}
