package import SettingsFile
package import Shipping

/// Which series a receiver is sent: the keys `keep` and `drop`.
package struct SelectorSettings: Sendable {
    package let keep: [SeriesSelector]
    package let drop: [SeriesSelector]

    private static let expected =
        "a series selector such as node_cpu_*, {job=\"devices\"} or node_filesystem_*{mountpoint!=\"/\"}, "
        + "in which * stands for any text; regular expressions are not taken"

    package init(from section: SettingsSection) {
        keep = section.values("keep", expected: SelectorSettings.expected, parse: SeriesSelector.init)
        drop = section.values("drop", expected: SelectorSettings.expected, parse: SeriesSelector.init)
    }
}
