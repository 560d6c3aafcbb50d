import MetricModel
import Testing

@testable import DeviceIntake

@Suite struct NamingTests {
    static let names:
        [(quantity: String, channel: String, unit: String, value: Double, series: String, stored: Double)] = [
            ("motor_current", "0", "A", 5.2, #"sensor_motor_current_amperes{device_id="pump-3",motor="0"}"#, 5.2),
            ("motor_current", "0", "mA", 5200, #"sensor_motor_current_amperes{device_id="pump-3",motor="0"}"#, 5.2),
            (
                "vibration_acceleration", "x", "m/s2", 1,
                #"sensor_vibration_acceleration_meters_per_second_squared{axis="x",device_id="pump-3"}"#, 1
            ),
            (
                "vibration_velocity", "x", "mm/s", 4.5,
                #"sensor_vibration_velocity_meters_per_second{axis="x",device_id="pump-3"}"#, 0.0045
            ),
            ("temperature", "0", "Cel", 20, #"sensor_temperature_celsius{device_id="pump-3",sensor="0"}"#, 20),
            ("temperature_celsius", "", "Cel", 20, #"sensor_temperature_celsius{device_id="pump-3"}"#, 20),
            ("speed", "in", "1/min", 60, #"sensor_speed_hertz{channel="in",device_id="pump-3"}"#, 1),
            ("energy", "", "kWh", 2, #"sensor_energy_joules{device_id="pump-3"}"#, 7_200_000),
            ("humidity", "", "%RH", 50, #"sensor_humidity_ratio{device_id="pump-3"}"#, 0.5),
            ("flow", "", "bbl/d", 3, #"sensor_flow_bbl_d{device_id="pump-3"}"#, 3),
            ("flow", "", "µ§", 3, #"sensor_flow{device_id="pump-3"}"#, 3),
            ("starts", "", "count", 3, #"sensor_starts{device_id="pump-3"}"#, 3),
            ("data_age", "", "s", 3, #"sensor_data_age_seconds_reading{device_id="pump-3"}"#, 3),
        ]

    @Test(arguments: names.indices) func `a quantity and a unit make a name`(index: Int) throws {
        let row = NamingTests.names[index]
        let gateway = IntakeHarness()
        let reading =
            #"{"quantity":"\#(row.quantity)","channel":"\#(row.channel)","unit":"\#(row.unit)","value":\#(row.value)}"#
        let sample = try #require(gateway.send(pump, telemetry(seq: 0, uptime: 0, readings: reading)).samples.first)
        #expect(name(sample) == row.series)
        #expect(abs(sample.value - row.stored) <= abs(row.stored) * 1e-15)
    }

    /// By which the replay of wear knows a channel again.
    @Test(arguments: names.indices) func `the label of a quantity's channels is one of those that are listed`(
        index: Int
    ) {
        let label = MetricNames.channelLabel(quantity: NamingTests.names[index].quantity)
        #expect(MetricNames.channelLabels.contains(label))
    }

    @Test func `one series stays one when a device changes its unit`() {
        let gateway = IntakeHarness()
        let ampere = #"{"quantity":"motor_current","channel":"0","unit":"A","value":5}"#
        let milliampere = #"{"quantity":"motor_current","channel":"0","unit":"mA","value":6000}"#
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0, readings: ampere))
        gateway.advance(1000)
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 1000, readings: milliampere))
        let shown = gateway.scrape().filter { $0.series.family.name == "sensor_motor_current_amperes" }
        #expect(shown.map(\.value) == [6])
    }

    @Test func `no series appears twice in a scrape or a tick`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        _ = gateway.send(modaxTopic, modaxData(1000))
        for samples in [gateway.scrape(), gateway.tick()] {
            let names = samples.map(name)
            #expect(Set(names).count == names.count)
        }
    }

    @Test func `messages are counted by topic and device`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        _ = gateway.send(pump, "{")
        _ = gateway.send(modaxTopic, modaxData(1000))
        let shown = gateway.scrape()
        let native = #"mqtt_messages_received_total{device_id="pump-3",topic="wayside/v1/pump-3/telemetry"}"#
        #expect(value(native, shown) == 3)
        #expect(
            value(#"mqtt_messages_received_total{device_id="ESP32_FIELD_001",topic="modax/sensor/data"}"#, shown) == 1)
        #expect(value(#"device_messages_total{device_id="pump-3"}"#, shown) == 1)
        #expect(value("devices_connected", shown) == 2)
    }

    @Test func `an info series that changes is ended`() {
        let gateway = IntakeHarness()
        let birth = { (boot: Int) in
            #"{"boot_id":\#(boot),"uptime_ms":1,"interval_ms":100,"firmware":"1.\#(boot)","model":"m","reset_reason":"panic"}"#
        }
        _ = gateway.send("wayside/v1/pump-3/birth", birth(1))
        _ = gateway.tick()
        gateway.advance(1000)
        _ = gateway.send("wayside/v1/pump-3/birth", birth(2))
        let info = gateway.tick().filter { $0.series.family.name == "device_info" }
        #expect(info.count == 2)
        #expect(info.first?.value.bitPattern == StaleMarker.bitPattern)
        #expect(info.first?.series.labelValues[2] == "1.1")
        #expect(info.last?.series.labelValues[2] == "1.2")
        #expect(gateway.device("pump-3")?.state == .unheard)
        #expect(gateway.device("pump-3")?.intervalMilliseconds == 100)
    }
}
