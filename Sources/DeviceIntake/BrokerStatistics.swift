package import MetricModel

/// What MQTT brokers say of themselves below `$SYS/broker/`, as metrics with the names of mosquitto-exporter.
///
/// A value: topics and payloads in, samples out. A topic's levels become the words of the name
/// (`$SYS/broker/retained messages/count`: `broker_retained_messages_count`), and what is published last is what is
/// shown, until the topic is emptied or the connection is lost. mosquitto publishes every `sys_interval`, 10 s unless
/// it is set otherwise, what has changed; what has not is still retained, so nothing is older than that interval,
/// whether it came retained or not.
/// Source of the topics: mosquitto(8), "Broker status"; of the names: github.com/sapcc/mosquitto-exporter.
package struct BrokerStatistics: Sendable {
    /// How many series one broker may have. mosquitto 2.0 has 56, and one for each bridge.
    package static let seriesLimit = 256
    /// How many families there may be over all brokers.
    private static let familyLimit = 512
    private static let nameByteLimit = 128
    private static let payloadByteLimit = 128
    private static let prefix = "$SYS/broker/"
    /// Totals since the broker's start; all others go up and down.
    private static let counters: Set<String> = [
        "broker_bytes_received", "broker_bytes_sent", "broker_clients_expired", "broker_messages_received",
        "broker_messages_sent", "broker_publish_bytes_received", "broker_publish_bytes_sent",
        "broker_publish_messages_dropped", "broker_publish_messages_received", "broker_publish_messages_sent",
    ]

    /// The last value of one topic.
    private struct Entry {
        let topic: String
        var series: Series
        var value: Double
    }

    private let scope: SeriesScope
    private var families: [String: MetricFamily] = [:]
    /// By broker; in the order in which topics came, so that a tick is like the one before.
    private var entries: [String: [Entry]] = [:]
    /// Values left out because of a limit.
    package private(set) var refusedCount: UInt64 = 0

    package init(scope: SeriesScope) {
        self.scope = scope
    }

    /// Takes a message from `broker`. One that is not a statistic, such as the broker's log, is passed over.
    package mutating func take(_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer, of broker: String) {
        guard payload.count <= BrokerStatistics.payloadByteLimit, topic.count <= BrokerStatistics.nameByteLimit else {
            refusedCount += 1
            return
        }
        let topic = String(decoding: topic, as: UTF8.self)
        guard topic.hasPrefix(BrokerStatistics.prefix) else { return }
        let place = entries[broker]?.firstIndex { $0.topic == topic }
        if payload.isEmpty {
            if let place { entries[broker]?.remove(at: place) }
            return
        }
        let text = String(decoding: payload, as: UTF8.self)
        guard let reading = reading(topic.dropFirst(BrokerStatistics.prefix.count), text) else { return }
        if let place, var entry = entries[broker]?[place] {
            entry.value = reading.value
            if entry.series.labelValues != [broker] + reading.labels {
                entry.series = Series(
                    family: entry.series.family, scope: scope, labelValues: [broker] + reading.labels)
            }
            entries[broker]?[place] = entry
        } else {
            add(topic, reading, of: broker)
        }
    }

    /// The connection to `broker` is lost: nothing of it is known any more.
    package mutating func forget(_ broker: String) { entries[broker] = nil }

    /// Adds every value that is known, at the batch's time.
    package func append(to batch: inout SampleBatch) {
        for (_, entries) in entries.sorted(by: { $0.key < $1.key }) {
            for entry in entries {
                batch.append(
                    Sample(entry.series, unixMilliseconds: batch.clock.unixMilliseconds, value: entry.value))
            }
        }
    }

    /// What one message says: a name, the names and values of its labels beside the broker's, and a value.
    private struct Reading {
        var name: String
        var labelNames: [String] = []
        var labels: [String] = []
        var value: Double
    }

    private func reading(_ path: Substring, _ text: String) -> Reading? {
        if path == "version" {
            // "mosquitto version 2.0.11"
            let version = text.split(separator: " ").last.map(String.init) ?? text
            return Reading(name: "broker_version_info", labelNames: ["version"], labels: [version], value: 1)
        }
        // "1234 seconds"
        let number = text.prefix { $0 != " " }
        guard number.utf8.allSatisfy({ $0 >= 0x30 && $0 < 0x3a || $0 == 0x2e || $0 == 0x2d }),
            let value = Double(number), value.isFinite
        else { return nil }
        let bridge = "connection/"
        if path.hasPrefix(bridge), path.hasSuffix("/state") {
            let name = path.dropFirst(bridge.count).dropLast("/state".count)
            return Reading(
                name: "broker_connection_state", labelNames: ["connection"], labels: [String(name)], value: value)
        }
        let name = path.utf8.map { BrokerStatistics.isNameByte($0) ? $0 : UInt8(ascii: "_") }
        return Reading(name: "broker_" + String(decoding: name, as: UTF8.self), value: value)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private mutating func add(_ topic: String, _ reading: Reading, of broker: String) {
        let known = entries[broker] ?? []
        guard known.count < BrokerStatistics.seriesLimit, let family = family(reading, topic) else {
            refusedCount += 1
            return
        }
        let labels = [broker] + reading.labels
        // Two topics may come to one name, and a series has one value at a time.
        guard !known.contains(where: { $0.series.family == family && $0.series.labelValues == labels }) else {
            refusedCount += 1
            return
        }
        entries[broker, default: []].append(
            Entry(
                topic: topic, series: Series(family: family, scope: scope, labelValues: labels), value: reading.value))
    }

    private mutating func family(_ reading: Reading, _ topic: String) -> MetricFamily? {
        let labelNames = ["broker"] + reading.labelNames
        if let known = families[reading.name] { return known.labelNames == labelNames ? known : nil }
        guard families.count < BrokerStatistics.familyLimit else { return nil }
        let type: MetricType =
            reading.labelNames == ["version"]
            ? .info : BrokerStatistics.counters.contains(reading.name) ? .counter : .gauge
        let source = reading.labelNames == ["connection"] ? "$SYS/broker/connection/+/state" : topic
        let family = MetricFamily(
            reading.name, type, help: "What the broker says in \(source).", labels: labelNames)
        families[reading.name] = family
        return family
    }
}
