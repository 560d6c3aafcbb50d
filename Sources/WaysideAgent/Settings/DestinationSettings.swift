internal import Authentication
package import Delivery
package import SettingsFile

/// One entry of `remote_write:`, a receiver.
package struct DestinationSettings: SettingsReadable, Sendable {
    package let receiver: ReceiverSettings
    /// How long samples are collected before a request.
    package let batchDuration: Duration
    package let content: ContentSettings
    package let catchUp: CatchUpSettings

    package init(from section: SettingsSection) {
        receiver = ReceiverSettings(from: section)
        batchDuration = section.duration("batch_for", default: .seconds(15), range: .zero ... .seconds(3600))
        content = ContentSettings(from: section)
        catchUp = CatchUpSettings(from: section)
    }

    package var url: SettingsURL { receiver.url }
}
