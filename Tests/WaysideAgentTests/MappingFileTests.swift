import DeviceIntake
import MetricModel
import SettingsFile
import Testing

@testable import WaysideAgent

/// The ready mappings of config/mappings, read by the agent's own settings, with the messages that their devices send.
@Suite struct MappingFileTests {
    struct Message: CustomTestStringConvertible {
        let file: String
        let topic: String
        let payload: String
        let samples: [String]

        init(_ file: String, _ topic: String, _ payload: String, _ samples: [String]) {
            self.file = file
            self.topic = topic
            self.payload = payload
            self.samples = samples
        }

        var testDescription: String { "\(file) \(topic)" }
    }

    static let messages = [
        Message(
            "energy", "energy/devices/mock-hvac-001/data",
            #"{"device_id":"mock-hvac-001","timestamp":"2025-11-20T00:53:20.123456Z","power":25.1,"voltage":240.3,"#
                + #""current":104.5,"energy":12.5,"status":"online","enabled":true,"anomaly":false}"#,
            [
                #"sensor_power_watts{device_id="mock-hvac-001"} 25100.0"#,
                #"sensor_voltage_volts{device_id="mock-hvac-001"} 240.3"#,
                #"sensor_current_amperes{device_id="mock-hvac-001"} 104.5"#,
                #"sensor_energy_joules_total{device_id="mock-hvac-001"} 45000000.0"#,
                #"sensor_enabled{device_id="mock-hvac-001"} 1.0"#,
                #"sensor_anomaly_simulated{device_id="mock-hvac-001"} 0.0"#,
            ]),
        Message(
            "energy", "energy/devices/mock-hvac-001/data",
            #"{"device_id":"mock-hvac-001","timestamp":"2025-11-20T00:53:20.5Z","power":0,"voltage":0,"current":0,"#
                + #""energy":0,"status":"offline","enabled":false,"anomaly":false}"#, []),
        Message(
            "energy", "energy/devices/mock-hvac-001/status",
            #"{"device_id":"mock-hvac-001","status":"offline","enabled":true,"timestamp":"2025-11-20T00:53:20Z","#
                + #""anomaly_active":false}"#, []),
        Message(
            "zigbee2mqtt", "zigbee2mqtt/Living Room", #"{"temperature":27.34,"humidity":44.72,"battery":100}"#,
            [
                #"sensor_temperature_celsius{device_id="Living_Room"} 27.34"#,
                #"sensor_humidity_ratio{device_id="Living_Room"} 0.4472"#,
                #"sensor_battery_ratio{device_id="Living_Room"} 1.0"#,
            ]),
        Message(
            "zigbee2mqtt", "zigbee2mqtt/0x00158d0001", #"{"state":"ON","update":{"state":"idle"},"action":""}"#,
            [#"sensor_switch_on{device_id="0x00158d0001"} 1.0"#]),
        Message("zigbee2mqtt", "zigbee2mqtt/lamp/availability", #"{"state":"offline"}"#, []),
        Message(
            "tasmota", "tele/tasmota/SENSOR", #"{"Time":"2017-02-16T10:13:52","DS18B20":{"Temperature":20.6}}"#,
            [#"sensor_temperature_celsius{device_id="tasmota",sensor="DS18B20"} 20.6"#]),
        Message(
            "tasmota", "tele/plug/SENSOR",
            #"{"Time":"2024-04-16T09:15:03","ANALOG":{"Temperature":28.6},"ENERGY":{"TotalStartTime":"#
                + #""2023-11-13T19:36:00","Total":235.5,"Yesterday":0.000,"Period":2,"Power":[24,0],"Factor":1,"#
                + #""Voltage":237,"Current":0.099},"TempUnit":"C"}"#,
            [
                #"sensor_temperature_celsius{device_id="plug",sensor="ANALOG"} 28.6"#,
                #"sensor_energy_joules_total{device_id="plug"} 847800000.0"#,
                #"sensor_power_watts{channel="0",device_id="plug"} 24.0"#,
                #"sensor_power_watts{channel="1",device_id="plug"} 0.0"#,
                #"sensor_power_factor{device_id="plug"} 1.0"#, #"sensor_voltage_volts{device_id="plug"} 237.0"#,
                #"sensor_current_amperes{device_id="plug"} 0.099"#,
            ]),
        Message(
            "tasmota", "tele/x/STATE",
            #"{"Time":"2021-03-13T09:20:26","UptimeSec":48012,"Heap":17,"POWER":"ON","#
                + #""Wifi":{"RSSI":64,"Signal":-68,"Downtime":"0T00:00:05"}}"#,
            [
                #"sensor_free_heap_bytes{device_id="x"} 17408.0"#, #"sensor_relay_on{device_id="x"} 1.0"#,
                #"sensor_signal_dbm{device_id="x"} -68.0"#,
            ]),
        Message("tasmota", "tele/x/LWT", "Offline", []),
        Message(
            "shelly", "shellyplusht-b8d61a8b17cc/events/rpc",
            #"{"src":"shellyplusht-b8d61a8b17cc","method":"NotifyFullStatus","params":{"ts":1763600000.62,"#
                + #""devicepower:0":{"id":0,"battery":{"V":0.43,"percent":50}},"humidity:0":{"id":0,"rh":42.5},"#
                + #""temperature:0":{"id":0,"tC":19.8,"tF":67.6},"sys":{"unixtime":null,"wakeup_period":600}}}"#,
            [
                #"sensor_battery_ratio{channel="0",device_id="shellyplusht-b8d61a8b17cc"} 0.5"#,
                #"sensor_humidity_ratio{channel="0",device_id="shellyplusht-b8d61a8b17cc"} 0.425"#,
                #"sensor_temperature_celsius{device_id="shellyplusht-b8d61a8b17cc",sensor="0"} 19.8"#,
            ]),
        Message("shelly", "shelly-1/online", "false", []),
        Message("shelly", "shelly-1/online", "true", []),
        Message(
            "esphome", "office/sensor/co2/state", "612",
            [#"sensor_esphome_value{channel="co2",device_id="office"} 612.0"#]),
        Message("esphome", "office/sensor/co2/state", "nan", []),
        Message(
            "esphome", "office/binary_sensor/door/state", "OFF",
            [#"sensor_esphome_on{channel="door",device_id="office"} 0.0"#]),
        Message("esphome", "office/status", "offline", []),
        Message(
            "homie", "homie/5/super-car/engine/temperature", "21.5",
            [#"homie_property_value{device_id="super-car",property="engine/temperature"} 21.5"#]),
        Message("homie", "homie/5/super-car/$state", "lost", []),
    ]

    @Test(arguments: messages) func `a ready mapping understands what its devices send`(message: Message) throws {
        var intake = try MappingFileTests.intake(of: "mappings/\(message.file).yaml")
        let sent = MappingFileTests.send(&intake, message.topic, message.payload)
        #expect(sent.outcome == .accepted(sampleCount: message.samples.count))
        #expect(sent.samples == message.samples)
    }

    @Test func `offline zeros of the energy platform are no data`() throws {
        var intake = try MappingFileTests.intake(of: "mappings/energy.yaml")
        for message in MappingFileTests.messages.prefix(2) {
            _ = MappingFileTests.send(&intake, message.topic, message.payload)
        }
        let device = try #require(intake.devices(clock: MappingFileTests.clock).first)
        #expect(device.state == .offline)
        #expect(device.readings.first?.value == 25100)
        #expect(device.intervalMilliseconds == 5000)
        // The same message again is not recorded again.
        let again = MappingFileTests.messages[0]
        #expect(MappingFileTests.send(&intake, again.topic, again.payload).outcome == .duplicate)
    }

    static let problems: [(yaml: String, place: String, words: String)] = [
        ("- topic: a/{b/c", "agent.yaml:3:12", "devices.mappings[0].topic: + and {name}"),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: $.a..b, quantity: q}]}", "agent.yaml:3:48",
            "devices.mappings[0].readings[0].path: expected a name or *"
        ),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: \"$.*.x\", quantity: q}]}", "agent.yaml:3:41",
            "readings[0].channel: expected {1}"
        ),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: $.x, quantity: q, chanel: y}]}", "agent.yaml:3:66",
            "did you mean \"channel\""
        ),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: $.x, metric: node_load1}]}", "agent.yaml:3:61",
            "devices.mappings[0].readings[0].metric: \"node_load1\" is a name that the agent keeps for what it says "
                + "itself; give another, such as plant_node_load1"
        ),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: $.x, metric: wear_percentage}]}", "agent.yaml:3:61",
            "devices.mappings[0].readings[0].metric: \"wear_percentage\" is a name that the agent keeps"
        ),
        (
            "- {topic: \"a/{device_id}\", readings: [{path: $.x, metric: 2fast}]}", "agent.yaml:3:61",
            "devices.mappings[0].readings[0].metric: \"2fast\" cannot be the name of a metric; expected at most 128"
        ),
        ("- {topic: a/b, readings: [{path: $.x, quantity: q}]}", "agent.yaml:3:5", "the topic a/b has no level"),
        ("- {topic: \"a/{device_id}\"}", "agent.yaml:3:13", "expected \"readings\", \"status\" or both"),
        (
            "- {topic: \"a/{device_id}\", payload: text, readings: [{path: $.x, quantity: q}]}", "agent.yaml:3:39",
            "a text is one value"
        ),
        (
            "- {topic: \"a/{device_id}\", boot_id: $.b, readings: [{path: $.x, quantity: q}]}", "agent.yaml:3:39",
            "without \"sequence\""
        ),
    ]

    @Test(arguments: problems) func `what is wrong with a mapping is shown at its place`(
        yaml: String, place: String, words: String
    ) throws {
        let failure = #expect(throws: SettingsFailure.self) {
            try SettingsDocument.read(
                bytes: Array("devices:\n  mappings:\n  \(yaml)".utf8), name: "agent.yaml", as: AgentSettings.self)
        }
        let summaries = (failure?.problems ?? []).map(\.summary)
        #expect(summaries.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(summaries)")
    }

    @Test func `one metric cannot be two things`() throws {
        let yaml = """
            devices:
              mappings:
                - {topic: "a/{device_id}", readings: [{path: $.y, quantity: t}]}
                - {topic: "b/{device_id}", readings: [{path: $.y, metric: sensor_t, type: counter}]}
            """
        let failure = #expect(throws: SettingsFailure.self) {
            try SettingsDocument.read(bytes: Array(yaml.utf8), name: "agent.yaml", as: AgentSettings.self)
        }
        #expect(failure?.problems.first?.summary.contains("mappings[1].readings: sensor_t is a gauge") == true)
    }

    private static let clock = ClockReading(
        bootID: BootID(high: 1, low: 2), bootNanoseconds: 1_000_000_000_000, unixMilliseconds: 1_763_600_000_700,
        isSynchronised: true)

    private static func intake(of file: String) throws -> DeviceIntake {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let settings = try SettingsDocument.read(path: "/\(directory)/config/\(file)", as: AgentSettings.self)
        return DeviceIntake(settings: settings.devices.intake(settings.brokers), scope: SeriesScope([:]))
    }

    private static func send(
        _ intake: inout DeviceIntake, _ topic: String, _ payload: String
    ) -> (outcome: IntakeOutcome, samples: [String]) {
        var batch = SampleBatch(clock: clock, limit: 1000)
        let outcome = Array(topic.utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes { payload in
                intake.accept(DeviceMessage(topic: topic, payload: payload), clock: clock, into: &batch)
            }
        }
        let samples = batch.samples.map { sample in
            let series = sample.series
            let labels = zip(series.family.labelNames, series.labelValues).map { Label($0, $1) }
            let name = Labels(labels + [Label("__name__", series.family.name)])
            return "\(name) \(sample.value)"
        }
        return (outcome, samples)
    }
}
