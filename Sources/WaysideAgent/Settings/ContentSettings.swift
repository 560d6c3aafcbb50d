internal import Daemon
internal import SettingsFile
package import Shipping

/// What a destination is sent of each series: the keys `keep`, `drop` and `resolution` of `remote_write`.
package struct ContentSettings: Sendable {
    package let filter: SeriesFilter

    private static let expectedSelector =
        "a series selector such as node_cpu_*, {job=\"devices\"} or node_filesystem_*{mountpoint!=\"/\"}, "
        + "in which * stands for any text; regular expressions are not taken"
    private static let resolutions: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86400)

    init(from section: SettingsSection) {
        let keep = section.values("keep", expected: ContentSettings.expectedSelector, parse: SeriesSelector.init)
        let drop = section.values("drop", expected: ContentSettings.expectedSelector, parse: SeriesSelector.init)
        let resolution = section.map(
            "resolution", expected: "a duration from 10ms to 1d such as 1s or 1m", expectedName: "a job"
        ) { text in
            DurationText.parse(text).flatMap { ContentSettings.resolutions.contains($0) ? $0.milliseconds : nil }
        }
        filter = SeriesFilter(
            keep: keep, drop: drop,
            resolution: Dictionary(resolution.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }
}
