internal import DeviceIntake
internal import SettingsFile

/// `status:` words that say whether the device is there.
struct MappedStatusSettings: SettingsReadable {
    let status: DeviceMapping.Status?

    init(from section: SettingsSection) {
        let path = section.path("path") ?? .root
        let online = section.words("online")
        let offline = section.words("offline")
        if offline.isEmpty { section.problem("offline", "required; expected a list of words such as [offline]") }
        status = DeviceMapping.Status(path: path, online: online, offline: offline)
    }
}
