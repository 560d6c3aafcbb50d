package import SettingsFile

/// `time:` what is done about a clock that is not set.
package struct TimeSettings: SettingsReadable, Sendable {
    /// CLOCK_BOOTTIME up to which shipping waits for a clock that cannot be right.
    package let waitForSync: Duration

    package init(from section: SettingsSection) {
        waitForSync = section.duration(
            "wait_for_sync", default: .seconds(300), range: .zero ... .seconds(30 * 86400))
    }
}
