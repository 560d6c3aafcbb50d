/// The limits and times of a `DeviceIntake`; defaults are those of `config/agent.yaml`.
package struct DeviceIntakeSettings: Sendable {
    /// Dialects that are listened to.
    package var profiles: Set<DeviceProfile> = [.wayside, .modax]
    /// What the messages of further topics mean (`devices.mappings`). `DeviceMapping.problem` must have none with them.
    package var mappings: [DeviceMapping] = []
    /// How many devices may be known at once (`devices.limit`).
    package var deviceLimit = 1000
    /// How many series of readings one device may have.
    package var seriesPerDeviceLimit = 128
    /// How many metric families native readings may make, over all devices.
    package var familyLimit = 512
    /// Bytes in a payload.
    package var payloadByteLimit = 8192
    /// How many messages a second one device may send on average, by its own clock …
    package var messageRatePerSecond = 100
    /// … and how many at once.
    package var messageBurst = 10_000
    /// Readings end after this many intervals without a message (`devices.stale_after_intervals`) …
    package var staleAfterIntervals = 4
    /// … but not before this many milliseconds (`devices.stale_after_minimum`).
    package var staleAfterMinimumMilliseconds: Int64 = 30_000
    /// One reading that its device no longer sends ends after this; Prometheus itself looks back 5 minutes.
    package var readingStaleAfterMilliseconds: Int64 = 300_000
    /// A silent device is forgotten after this (`devices.forget_after`).
    package var forgetAfterMilliseconds: Int64 = 30 * 86_400_000
    /// How many messages back a redelivery is recognised, for each device, boot and topic. At least the session's
    /// Receive Maximum, or a device alone on the session could have a message counted twice.
    package var redeliveryWindow = 256
    /// The keys of devices that authenticate their messages (`devices.keys_file`).
    package var keys = DeviceKeys()
    /// Whether devices without a key are refused (`devices.require_mac`).
    package var isCodeRequired = false
    /// Messages whose identities may wait to be drained; then `accept` says `.batchFull`.
    package var journalLimit = 16_384

    package init() {}
}
