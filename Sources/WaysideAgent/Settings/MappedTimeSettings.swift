internal import DeviceIntake
internal import SettingsFile

/// `time:` when the message's values were measured.
struct MappedTimeSettings: SettingsReadable {
    let time: DeviceMapping.Time?

    init(from section: SettingsSection) {
        let path = section.requiredPath("path")
        let format = section.choice("format", default: DeviceMapping.TimeFormat.rfc3339)
        let isSynchronised = section.bool("synchronised", default: true)
        time = path.map { DeviceMapping.Time(path: $0, format: format, isSynchronised: isSynchronised) }
    }
}
