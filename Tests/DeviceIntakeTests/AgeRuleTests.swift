import MetricModel
import Testing

@testable import DeviceIntake

/// The original platform's rule for silent devices, over twenty minutes of two devices and a restart of the agent, judged
/// by Prometheus's own promtool.
@Suite(.enabled(if: Promtool.isInstalled, "promtool is not installed")) struct AgeRuleTests {
    private static let rules = """
        groups:
          - name: devices
            rules:
              - alert: "StaleDataFrom Device"
                expr: sensor_data_age_seconds > 60
                for: 2m
                labels: {severity: warning}
        """

    /// The device is silent from 5 min on, so its age passes 60 s at 6 min, and the alert fires 2 min later.
    private static let expectations: [(time: String, isFiring: Bool)] = [
        ("4m", false), ("6m", false), ("7m45s", false), ("8m", true), ("9m45s", true), ("10m", true),
        ("10m15s", true), ("12m", true), ("19m45s", true),
    ]

    /// By device, what each tick of a quarter of a minute said of the age; nil for nothing.
    private typealias Ages = [String: [Double?]]

    /// Two devices that send every second; pump-3 stops after five minutes. The agent is killed after ten.
    private func ages(of take: (IntakeHarness) -> [String: Double]) throws -> Ages {
        var ages: Ages = ["pump-3": [], "pump-4": []]
        var gateway = IntakeHarness()
        var parts: [[UInt8]] = []
        var journals: [[UInt8]] = []
        for second in 0..<1200 {
            if second == 600 { gateway = try restarted(gateway, parts, journals) }
            for device in ages.keys.sorted() where device == "pump-4" || second < 300 {
                // A pause of half a minute is no alarm.
                if (100..<130).contains(second) { continue }
                let payload = telemetry(seq: UInt32(second), uptime: Int64(second) * 1000)
                _ = gateway.send("wayside/v1/\(device)/telemetry", payload)
            }
            if second == 200 { parts = gateway.intake.snapshot(clock: gateway.clock) }
            journals.append(gateway.intake.drainJournal())
            if second % 15 == 0 {
                let told = take(gateway)
                for device in ages.keys { ages[device]?.append(told[device]) }
            }
            gateway.advance(1000)
        }
        return ages
    }

    /// Killed: what is left is the last snapshot and the journals. The broker gives again what it has not seen
    /// acknowledged, and a retained reading.
    private func restarted(
        _ gateway: IntakeHarness, _ parts: [[UInt8]], _ journals: [[UInt8]]
    ) throws -> IntakeHarness {
        let restarted = IntakeHarness()
        restarted.bootMilliseconds = gateway.bootMilliseconds
        restarted.unixMilliseconds = gateway.unixMilliseconds
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        for journal in journals where !journal.isEmpty {
            try restarted.intake.replay(journal, clock: restarted.clock)
        }
        for second in 290..<300 {
            let again = telemetry(seq: UInt32(second), uptime: Int64(second) * 1000)
            #expect(restarted.send(pump, again).outcome == .duplicate)
        }
        _ = restarted.send(pump, telemetry(seq: 1000, uptime: 1), retained: true)
        return restarted
    }

    private func judge(_ ages: Ages) throws -> (isContent: Bool, output: String) {
        var test = "rule_files: [rules.yml]\nevaluation_interval: 15s\ntests:\n  - interval: 15s\n    input_series:\n"
        for (device, values) in ages.sorted(by: { $0.key < $1.key }) {
            let text = values.map { $0.map { "\($0)" } ?? "_" }.joined(separator: " ")
            test += "      - {series: 'sensor_data_age_seconds{device_id=\"\(device)\"}', values: '\(text)'}\n"
        }
        test += "    alert_rule_test:\n"
        for (time, isFiring) in AgeRuleTests.expectations {
            let alerts = isFiring ? "[{exp_labels: {severity: warning, device_id: pump-3}}]" : "[]"
            test += "      - {eval_time: \(time), alertname: \"StaleDataFrom Device\", exp_alerts: \(alerts)}\n"
        }
        return try Promtool.run(
            ["test", "rules", "test.yml"], files: ["rules.yml": AgeRuleTests.rules, "test.yml": test])
    }

    @Test func `defect 1: the rule fires on a silent device and keeps firing over a restart of the agent`() throws {
        let ages = try ages { gateway in
            var told: [String: Double] = [:]
            for sample in gateway.tick() where sample.series.family.name == "sensor_data_age_seconds" {
                told[sample.series.labelValues[0]] = sample.value
            }
            return told
        }
        #expect(ages["pump-3"]?.last == 1185 - 299)
        let judged = try judge(ages)
        #expect(judged.isContent, "\(judged.output)")
    }

    /// There, the age was set to 0 when a message came, and nothing else ever changed it.
    @Test func `defect 1: an age that is set on receipt fails the same rule`() throws {
        let ages = try ages { gateway in
            Dictionary(uniqueKeysWithValues: gateway.intake.devices(clock: gateway.clock).map { ($0.id, 0.0) })
        }
        let judged = try judge(ages)
        #expect(!judged.isContent)
        #expect(judged.output.contains("StaleDataFrom Device"), "\(judged.output)")
    }

    @Test func `promtool finds no fault with the names and texts of what is said about devices`() throws {
        let gateway = IntakeHarness()
        let own =
            #"{"quantity":"wifi_rssi","unit":"dBm","value":-61},{"quantity":"heap_free","unit":"B","value":1000},"#
            + #"{"quantity":"heap_minimum","unit":"B","value":900},{"quantity":"battery_level","unit":"%EL","value":8},"#
            + #"{"quantity":"battery_voltage","unit":"V","value":3.7}"#
        for number in 0..<1000 {
            let extra = #","unix_ms":\#(gateway.unixMilliseconds)"#
            let uptime = Int64(number) * 1000
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: uptime, extra: extra, readings: own))
            gateway.advance(1000)
        }
        _ = gateway.send("wayside/v1/pump-3/birth", #"{"boot_id":7,"uptime_ms":1,"reset_reason":"watchdog"}"#)
        _ = gateway.send(pump, "{")
        var page = ""
        var families: Set<String> = []
        for sample in gateway.scrape().sorted(by: { $0.series.family.name < $1.series.family.name }) {
            let family = sample.series.family
            if families.insert(family.name).inserted {
                let type = family.type == .counter ? "counter" : "gauge"
                page += "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(type)\n"
            }
            page += "\(name(sample)) \(sample.value)\n"
        }
        for suffix in [
            "clock_drift_ppm", "clock_offset_seconds", "clock_state", "state", "resets_total", "wifi_rssi_dbm",
        ] {
            #expect(families.contains("device_\(suffix)"))
        }
        let judged = try Promtool.run(["check", "metrics"], files: [:], input: page)
        #expect(judged.0 && judged.1.isEmpty, "\(judged.1)")
    }
}
