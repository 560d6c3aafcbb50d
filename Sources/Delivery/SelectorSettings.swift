package import SettingsFile
package import Shipping

/// Which series a receiver is sent: the keys `keep` and `drop`.
package struct SelectorSettings: Sendable {
    package let keep: [SeriesSelector]
    package let drop: [SeriesSelector]
    /// Both as they are written, which tells one choice from another.
    package let text: String

    private static let expected =
        "a series selector such as node_cpu_*, {job=\"devices\"} or node_filesystem_*{mountpoint!=\"/\"}, "
        + "in which * stands for any text; regular expressions are not taken"

    package init(from section: SettingsSection) {
        let keep = SelectorSettings.read("keep", section)
        let drop = SelectorSettings.read("drop", section)
        self.keep = keep.map(\.selector)
        self.drop = drop.map(\.selector)
        text = (["keep"] + keep.map(\.text) + ["drop"] + drop.map(\.text)).joined(separator: "\n")
    }

    private static func read(_ key: String, _ section: SettingsSection) -> [(text: String, selector: SeriesSelector)] {
        section.values(key, expected: expected) { text in SeriesSelector(text).map { (text, $0) } }
    }
}
