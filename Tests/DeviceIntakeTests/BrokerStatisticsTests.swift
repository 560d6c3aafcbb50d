import DeviceIntake
import MetricModel
import Testing

/// What brokers say of themselves below `$SYS/broker/`.
@Suite struct BrokerStatisticsTests {
    private static let broker = "mqtt://127.0.0.1:1883"
    private let clock = ClockReading(
        bootID: BootID(high: 1, low: 2), bootNanoseconds: 1_000_000_000, unixMilliseconds: 1_795_223_700_000,
        isSynchronised: true)

    private func give(
        _ statistics: inout BrokerStatistics, _ topic: String, _ payload: String, broker: String = broker
    ) {
        let (topic, payload) = (Array(topic.utf8), Array(payload.utf8))
        topic.withUnsafeBytes { topic in
            payload.withUnsafeBytes { statistics.take(topic, $0, of: broker) }
        }
    }

    private func samples(_ statistics: BrokerStatistics) -> [Sample] {
        var batch = SampleBatch(clock: clock, limit: 10_000)
        statistics.append(to: &batch)
        return batch.samples
    }

    /// As an exposition would have it, without the broker's label.
    private func lines(_ statistics: BrokerStatistics) -> [String] {
        samples(statistics).map { sample in
            let labels = zip(sample.series.family.labelNames, sample.series.labelValues).dropFirst()
                .map { "{\($0)=\($1)}" }.joined()
            return "\(sample.series.family.name)\(labels) \(sample.value)"
        }
    }

    private func new() -> BrokerStatistics { BrokerStatistics(scope: SeriesScope(["job": "mosquitto"])) }

    /// Every topic that mosquitto 2.0.11 of Debian 12 published to a subscriber, as captured, and the name that
    /// mosquitto-exporter gives it.
    private static let published = [
        ("bytes/received", "27", "broker_bytes_received 27.0"), ("bytes/sent", "3509", "broker_bytes_sent 3509.0"),
        ("clients/active", "1", "broker_clients_active 1.0"),
        ("clients/connected", "1", "broker_clients_connected 1.0"),
        ("clients/disconnected", "0", "broker_clients_disconnected 0.0"),
        ("clients/expired", "0", "broker_clients_expired 0.0"),
        ("clients/inactive", "0", "broker_clients_inactive 0.0"),
        ("clients/maximum", "1", "broker_clients_maximum 1.0"), ("clients/total", "1", "broker_clients_total 1.0"),
        ("heap/current", "46760", "broker_heap_current 46760.0"),
        ("heap/maximum", "47296", "broker_heap_maximum 47296.0"),
        ("messages/received", "2", "broker_messages_received 2.0"),
        ("messages/sent", "88", "broker_messages_sent 88.0"),
        ("messages/stored", "53", "broker_messages_stored 53.0"),
        ("publish/bytes/received", "0", "broker_publish_bytes_received 0.0"),
        ("publish/bytes/sent", "317", "broker_publish_bytes_sent 317.0"),
        ("publish/messages/dropped", "0", "broker_publish_messages_dropped 0.0"),
        ("publish/messages/received", "0", "broker_publish_messages_received 0.0"),
        ("publish/messages/sent", "87", "broker_publish_messages_sent 87.0"),
        ("retained messages/count", "53", "broker_retained_messages_count 53.0"),
        ("shared_subscriptions/count", "0", "broker_shared_subscriptions_count 0.0"),
        ("store/messages/bytes", "190", "broker_store_messages_bytes 190.0"),
        ("store/messages/count", "53", "broker_store_messages_count 53.0"),
        ("subscriptions/count", "1", "broker_subscriptions_count 1.0"), ("uptime", "4 seconds", "broker_uptime 4.0"),
        ("version", "mosquitto version 2.0.11", "broker_version_info{version=2.0.11} 1.0"),
    ]

    @Test func `every topic of mosquitto has the name of mosquitto-exporter`() {
        var statistics = new()
        for (topic, payload, line) in Self.published {
            give(&statistics, "$SYS/broker/\(topic)", payload)
            #expect(lines(statistics).last == line)
        }
        let loads = [
            "bytes/received", "bytes/sent", "connections", "messages/received", "messages/sent", "publish/dropped",
            "publish/received", "publish/sent", "sockets",
        ]
        for load in loads {
            for span in ["1min", "5min", "15min"] {
                give(&statistics, "$SYS/broker/load/\(load)/\(span)", "25.68")
                let name = load.split(separator: "/").joined(separator: "_")
                #expect(lines(statistics).last == "broker_load_\(name)_\(span) 25.68")
            }
        }
        #expect(lines(statistics).count == Self.published.count + 27 && statistics.refusedCount == 0)
    }

    @Test func `totals are counters and all others gauges`() {
        var statistics = new()
        for (topic, payload, _) in Self.published { give(&statistics, "$SYS/broker/\(topic)", payload) }
        let counters = samples(statistics).filter { $0.series.family.type == .counter }.map(\.series.family.name)
        #expect(
            counters.sorted() == [
                "broker_bytes_received", "broker_bytes_sent", "broker_clients_expired", "broker_messages_received",
                "broker_messages_sent", "broker_publish_bytes_received", "broker_publish_bytes_sent",
                "broker_publish_messages_dropped", "broker_publish_messages_received", "broker_publish_messages_sent",
            ])
        #expect(samples(statistics).last?.series.family.type == .info)
    }

    @Test func `the last value counts, in the same series`() throws {
        var statistics = new()
        give(&statistics, "$SYS/broker/uptime", "4 seconds")
        let before = try #require(samples(statistics).first).series
        give(&statistics, "$SYS/broker/uptime", "14 seconds")
        let after = samples(statistics)
        #expect(after.count == 1 && after.first?.value == 14 && after.first?.series === before)
        #expect(after.first?.series.labelValues == [Self.broker])
    }

    @Test func `an emptied topic and a lost connection end what they said`() {
        var statistics = new()
        give(&statistics, "$SYS/broker/connection/plant-3.uplink/state", "1")
        give(&statistics, "$SYS/broker/uptime", "4 seconds")
        give(&statistics, "$SYS/broker/uptime", "9 seconds", broker: "mqtt://other")
        #expect(lines(statistics).first == "broker_connection_state{connection=plant-3.uplink} 1.0")
        give(&statistics, "$SYS/broker/connection/plant-3.uplink/state", "")
        #expect(samples(statistics).map(\.value) == [4, 9])
        statistics.forget(Self.broker)
        #expect(samples(statistics).map(\.value) == [9])
    }

    @Test func `a broker of another version gets another info series`() {
        var statistics = new()
        give(&statistics, "$SYS/broker/version", "mosquitto version 2.0.11")
        give(&statistics, "$SYS/broker/version", "mosquitto version 2.0.22")
        #expect(lines(statistics) == ["broker_version_info{version=2.0.22} 1.0"])
    }

    @Test func `two brokers share families and differ by label`() {
        var statistics = new()
        give(&statistics, "$SYS/broker/uptime", "4 seconds", broker: "a")
        give(&statistics, "$SYS/broker/uptime", "5 seconds", broker: "b")
        let series = samples(statistics).map(\.series)
        #expect(series.map(\.labelValues) == [["a"], ["b"]])
        #expect(series.first?.family === series.last?.family)
    }

    @Test func `what is no statistic is passed over`() {
        var statistics = new()
        for (topic, payload) in [
            ("$SYS/broker/log/N", "1795223700: a client connected"), ("$SYS/broker/timestamp", "2021-06-09"),
            ("$SYS/broker/uptime", "inf"), ("$SYS/broker/uptime", "0x10"), ("$SYS/broker/uptime", "-"),
            ("$SYS/other", "1"), ("sensor/a", "1"),
        ] {
            give(&statistics, topic, payload)
        }
        #expect(lines(statistics).isEmpty && statistics.refusedCount == 0)
    }

    @Test func `limits are kept and counted`() {
        var statistics = new()
        give(&statistics, "$SYS/broker/a", String(repeating: "1", count: 129))
        give(&statistics, "$SYS/broker/" + String(repeating: "a", count: 128), "1")
        give(&statistics, "$SYS/broker/a b", "1")
        give(&statistics, "$SYS/broker/a/b", "2")
        #expect(lines(statistics) == ["broker_a_b 1.0"] && statistics.refusedCount == 3)
        for index in 0..<300 { give(&statistics, "$SYS/broker/connection/\(index)/state", "1") }
        #expect(lines(statistics).count == BrokerStatistics.seriesLimit && statistics.refusedCount == 48)
        for broker in 0..<3 {
            for index in 0..<250 { give(&statistics, "$SYS/broker/x\(broker)/\(index)", "1", broker: "\(broker)") }
        }
        // 512 families over all brokers.
        #expect(Set(samples(statistics).map(\.series.family.name)).count == 512)
    }
}
