internal import DeviceProtocol
package import MetricModel

/// The metric of a mapped reading.
package struct MappedMetric: Sendable, Equatable {
    package let name: String
    /// A gauge or a counter.
    package let type: MetricType
    /// The base unit, as the family says it, or empty.
    package let unit: String
    /// The label that tells channels apart.
    package let channelLabel: String

    /// Named after a quantity as native readings are: `sensor_`, the quantity, the base unit, and `_total` for a counter.
    /// Nil where the quantity breaks the protocol's rules for one.
    package init?(quantity: String, unit: String, type: MetricType, channelLabel: String? = nil) {
        guard Array(quantity.utf8).withUnsafeBytes(ProtocolLimits.isQuantity) else { return nil }
        let measured = MeasuredUnit(symbol: unit)
        var name = MetricNames.family(quantity: quantity, unit: measured)
        if type == .counter && !name.hasSuffix("_total") { name += "_total" }
        self.name = name
        self.type = type
        self.unit = name.contains(measured.suffix) ? measured.suffix : ""
        self.channelLabel = channelLabel ?? MetricNames.channelLabel(quantity: quantity)
    }

    /// Named as it is. Nil where that is no name of a metric, or one that means something else already.
    package init?(name: String, type: MetricType, channelLabel: String? = nil) {
        guard MappedMetric.isName(name), !MappedMetric.isReserved(name) else { return nil }
        self.name = name
        self.type = type
        self.unit = ""
        self.channelLabel = channelLabel ?? "channel"
    }

    /// Whether `text` may be a label of channels.
    package static func isChannelLabel(_ text: String) -> Bool {
        isName(text) && !text.contains(":") && !text.hasPrefix("__")
            && !["device_id", "instance", "job", "le", "quantile"].contains(text)
    }

    /// Names that the agent gives to what it says itself.
    private static func isReserved(_ name: String) -> Bool {
        let families = ["wayside_", "device_", "devices_", "mqtt_", "broker_", "node_", "container_", "http_"]
        return ["up", "sensor_data_age_seconds", "sensor_last_sample_timestamp_seconds", "sensor_anomaly"].contains(
            name)
            || families.contains { name.hasPrefix($0) }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first < 0x30 || first > 0x39, text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte | 0x20) || (0x30...0x3a).contains(byte) || byte == 0x5f
        }
    }
}
