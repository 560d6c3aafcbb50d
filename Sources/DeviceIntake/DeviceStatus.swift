/// What is known of one device, for `/api/v1/devices` and the status screen.
package struct DeviceStatus: Sendable {
    package enum State: String, Sendable {
        /// Heard within its stale limit.
        case online
        /// Silent past its stale limit.
        case stale
        /// Said so itself, or the broker did by its last will.
        case offline
        /// Only retained messages so far: nothing is known of its age.
        case unheard
    }

    package struct Reading: Sendable {
        /// The metric's name, as on `/metrics`.
        package let metric: String
        /// The label that names the channel, such as `motor`, or empty.
        package let channelLabel: String
        package let channel: String
        package let value: Double
        /// Age of this value in milliseconds.
        package let ageMilliseconds: Int64
    }

    package let id: String
    package let profile: DeviceProfile
    package let state: State
    /// Milliseconds since the newest data was measured; nil where no live message has come yet.
    package let ageMilliseconds: Int64?
    /// Whether the age is a lower bound: the gateway rebooted in between without a synchronised clock.
    package let isAgeLowerBound: Bool
    /// Wall clock of the newest data.
    package let lastSampleUnixMilliseconds: Int64?
    /// Declared, or the observed median; nil where neither is known yet.
    package let intervalMilliseconds: Int64?
    package let isIntervalDeclared: Bool
    package let firmware: String
    package let model: String
    package let resetReason: String
    /// When live messages came first and last, by the wall clock; nil where none has.
    package let firstSeenUnixMilliseconds: Int64?
    package let lastSeenUnixMilliseconds: Int64?
    package let clockState: DeviceClockState
    /// How much faster than the gateway's the device's clock goes; nil until that is known.
    package let clockDriftPartsPerMillion: Double?
    /// How far the device's wall clock is ahead of the gateway's; nil where it has none.
    package let clockOffsetMilliseconds: Int64?
    package let counts: DeviceCounts
    package let readings: [Reading]
    /// How many readings the device's birth message declares.
    package var declaredReadingCount = 0
    /// Those of them that have no value now: `motor_current 1`.
    package var missingReadings: [String] = []
}
