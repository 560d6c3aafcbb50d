import HTTPExchange
import LinuxSystem
import SettingsFile

@testable import Authentication

/// The settings of a listener, from text.
struct ListenerSettings: SettingsReadable {
    let access: AccessSettings

    init(from section: SettingsSection) { access = AccessSettings(from: section) }

    static func read(_ text: String) throws(SettingsFailure) -> AccessSettings {
        try SettingsDocument.read(bytes: Array(text.utf8), name: "a.yaml", as: ListenerSettings.self).access
    }
}

/// The settings of what sends requests, from text.
struct SenderSettings: SettingsReadable {
    struct Destination: SettingsReadable {
        let authorization: RequestAuthorization

        init(from section: SettingsSection) { authorization = RequestAuthorization(from: section) }
    }

    let destinations: [Destination]

    init(from section: SettingsSection) { destinations = section.sections("remote_write") }

    static func read(_ text: String, name: String = "a.yaml") throws(SettingsFailure) -> RequestAuthorization {
        let settings = try SettingsDocument.read(bytes: Array(text.utf8), name: name, as: SenderSettings.self)
        return settings.destinations.first?.authorization ?? .none
    }
}

/// What a settings file is refused with.
func problems(_ read: () throws(SettingsFailure) -> some Any) -> String {
    do throws(SettingsFailure) {
        _ = try read()
        return ""
    } catch {
        return error.description
    }
}
