/// What the messages of a topic mean, as an operator has declared it: an entry of `devices.mappings`.
/// config/mappings/README.md says what each part is for.
package struct DeviceMapping: Sendable {
    package enum Identity: Sendable, Equatable {
        case text(MappingText)
        case path(MappingPath)
    }

    package enum TimeFormat: String, Sendable, CaseIterable {
        /// Seconds since 1970, with decimals.
        case unixSeconds = "unix_s"
        case unixMilliseconds = "unix_ms"
        /// RFC 3339, with the distance from UTC.
        case rfc3339
        /// The same, and a time without a distance is UTC.
        case rfc3339OrUTC = "rfc3339_or_utc"
        /// Seconds since 1970, or, below 2^28, from now: negative ones are in the past. RFC 8428, section 4.5.3.
        case senml
    }

    package struct Time: Sendable {
        package var path: MappingPath
        package var format: TimeFormat
        /// Whether the device's clock is held to be set.
        package var isSynchronised: Bool

        package init(path: MappingPath, format: TimeFormat, isSynchronised: Bool) {
            self.path = path
            self.format = format
            self.isSynchronised = isSynchronised
        }
    }

    /// A number of seconds or milliseconds.
    package struct Span: Sendable {
        package var path: MappingPath
        package var millisecondsPerUnit: Double

        package init(path: MappingPath, millisecondsPerUnit: Double) {
            self.path = path
            self.millisecondsPerUnit = millisecondsPerUnit
        }
    }

    /// Words that say whether the device is there.
    package struct Status: Sendable {
        package var path: MappingPath
        package var online: [String]
        package var offline: [String]

        package init(path: MappingPath, online: [String], offline: [String]) {
            self.path = path
            self.online = online
            self.offline = offline
        }
    }

    /// What must hold of a message for the mapping to be its.
    package struct Condition: Sendable {
        package enum Subject: Sendable {
            case path(MappingPath)
            case text(MappingText)
        }

        package var subject: Subject
        package var words: [String]
        /// Whether it must be none of the words.
        package var isNegated: Bool

        package init(subject: Subject, words: [String], isNegated: Bool) {
            self.subject = subject
            self.words = words
            self.isNegated = isNegated
        }
    }

    package struct Reading: Sendable {
        package var path: MappingPath
        package var metric: MappedMetric
        package var channel: MappingText
        /// A unit's symbol, which gives the factor to the base unit.
        package var unit: String
        /// What a number is multiplied by, and what is then added to it.
        package var scale: Double
        package var offset: Double
        /// Words and what they mean; nil for no reading.
        package var words: [(word: String, value: Double?)]

        package init(
            path: MappingPath, metric: MappedMetric, channel: MappingText, unit: String, scale: Double, offset: Double,
            words: [(word: String, value: Double?)]
        ) {
            self.path = path
            self.metric = metric
            self.channel = channel
            self.unit = unit
            self.scale = scale
            self.offset = offset
            self.words = words
        }
    }

    package var topic: MappingTopic
    package var deviceID: Identity
    /// Stands in a device id for what may not be in one; nil refuses such ids.
    package var replacement: UInt8?
    /// Whether a payload is a text rather than JSON: `23.5`, `ON`.
    package var isText = false
    package var conditions: [Condition] = []
    package var time: Time?
    package var uptime: Span?
    package var bootID: MappingPath?
    package var sequence: MappingPath?
    package var intervalMilliseconds: UInt32?
    package var interval: Span?
    package var status: Status?
    package var readings: [Reading] = []
    /// Whether a message without any of the readings is in order.
    package var mayBeEmpty = false

    package init(topic: MappingTopic, deviceID: Identity) {
        self.topic = topic
        self.deviceID = deviceID
    }

    /// The filter to subscribe to, with QoS 1.
    package var topicFilter: String { topic.filter }
}
