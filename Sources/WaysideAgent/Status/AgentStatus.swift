/// What `wayside-agent status` shows: a picture of the agent at one moment, as plain values.
struct AgentStatus: Sendable {
    struct Destination: Sendable {
        var url: String
        /// `1.0`, `2.0`, or empty while not yet known.
        var protocolVersion: String
        var shippedSamples: UInt64
        var shippedBytes: UInt64
        /// Time of the newest sample that was acknowledged, nil before the first.
        var newestAcknowledgedUnixMilliseconds: Int64?
        var lastError: String
        /// When the next attempt is due, while backing off.
        var nextTryUnixMilliseconds: Int64?
        var droppedSamples: UInt64
        /// How far apart acknowledgements are when all is well: the longer of batch and host interval.
        var expectedMilliseconds: Int64
        /// Which of `rate_limit` and `daily_bytes` holds the next request back; empty for none.
        var heldBy = ""
        /// Records that are sent behind live data, nil where there is one lane only.
        var backlogRecords: UInt64?
    }

    struct Buffer: Sendable {
        var capacityBytes: Int64
        var usedFraction: Double
        /// How long the ring lasts at the present rate, nil while that is not known.
        var holdsSeconds: Double?
        var lostSamples: UInt64
        var problem: String
        /// Gaps in the history that the ring still knows of.
        var gapCount = 0
        /// When unsent samples begin to go if the hub stays away, nil while the rate is not known.
        var lossBeginsInSeconds: Double?
        /// Flash takes no writes; the buffer is in memory and ships from there.
        var isDegraded = false
    }

    struct Time: Sendable {
        /// How long shipping waits for the clock at most from now, nil where it does not.
        var waitsMilliseconds: Int64?
        var waitedInVain = false
        var isTrusted = true
        var retimedSamples: UInt64 = 0
        var uncertainSamples: UInt64 = 0
    }

    struct Broker: Sendable {
        var url: String
        var isConnected: Bool
        var messages: UInt64
        var lastError: String
    }

    struct Host: Sendable {
        var samples: Int
        var takenUnixMilliseconds: Int64
        /// What collectors could not read, or may not: `smart: …; it needs CAP_SYS_ADMIN`.
        var problems: [String]
    }

    struct Device: Sendable {
        var id: String
        var profile: String
        var state: String
        var ageSeconds: Double?
        var intervalSeconds: Double?
        var messages: UInt64
        var lost: UInt64
        /// Each last reading as `name value`.
        var readings: [String]
        /// What is wrong with it, worst first.
        var concerns: [String] = []
        /// Whether its readings are not to be had.
        var isOutage = false
    }

    var id: String
    var version: String
    var unixMilliseconds: Int64
    var uptimeSeconds: Double
    var destinations: [Destination]
    var buffer: Buffer?
    var brokers: [Broker]
    var host: Host?
    var devices: [Device]
    var time = Time()
    /// How many devices may be known; 0 where that is not said.
    var deviceLimit = 0
    /// How far back the devices' concerns look.
    var recentMilliseconds: Int64 = 0
}
