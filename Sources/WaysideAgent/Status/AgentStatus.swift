/// What `wayside-agent status` shows: a picture of the agent at one moment, as plain values.
package struct AgentStatus: Sendable {
    package struct Destination: Sendable {
        package var url: String
        /// `1.0`, `2.0`, or empty while not yet known.
        package var protocolVersion: String
        package var shippedSamples: UInt64
        package var shippedBytes: UInt64
        /// Time of the newest sample that was acknowledged, nil before the first.
        package var newestAcknowledgedUnixMilliseconds: Int64?
        package var lastError: String
        package var lastErrorUnixMilliseconds: Int64?
        /// When the next attempt is due, while backing off.
        package var nextTryUnixMilliseconds: Int64?
        package var droppedSamples: UInt64
        package var batchMilliseconds: Int64
    }

    package struct Buffer: Sendable {
        package var capacityBytes: Int64
        package var usedFraction: Double
        /// How long the ring lasts at the present rate, nil while that is not known.
        package var holdsSeconds: Double?
        package var lostSamples: UInt64
        package var problem: String
    }

    package struct Broker: Sendable {
        package var url: String
        package var isConnected: Bool
        package var messages: UInt64
        package var lastError: String
    }

    package struct Host: Sendable {
        package var samples: Int
        package var takenUnixMilliseconds: Int64
        package var failedCollectors: [String]
    }

    package struct Device: Sendable {
        package var id: String
        package var profile: String
        package var state: String
        package var ageSeconds: Double?
        package var intervalSeconds: Double?
        package var messages: UInt64
        package var lost: UInt64
        /// Each last reading as `name value`.
        package var readings: [String]
    }

    package var id: String
    package var version: String
    package var unixMilliseconds: Int64
    package var uptimeSeconds: Double
    package var destinations: [Destination]
    package var buffer: Buffer?
    package var brokers: [Broker]
    package var host: Host?
    package var devices: [Device]
}
