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

    /// Named as it is. Throws where that is no name of a metric, or is the name of one of the agent's own.
    package init(name: String, type: MetricType, channelLabel: String? = nil) throws(MappingError) {
        guard MappedMetric.isName(name) else {
            throw MappingError(
                "\"\(name)\" cannot be the name of a metric; expected at most 128 letters, digits, _ and :, the first no "
                    + "digit")
        }
        guard !ReservedNames.contains(name) else {
            throw MappingError(
                "\"\(name)\" is a name that the agent keeps for what it says itself; give another, such as "
                    + "plant_\(name)")
        }
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

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first < 0x30 || first > 0x39, text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte | 0x20) || (0x30...0x3a).contains(byte) || byte == 0x5f
        }
    }
}
