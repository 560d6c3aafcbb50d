package import MetricModel

/// A reading by the words of the device protocol.
package struct WearInputName: Hashable, Sendable {
    package let quantity: String
    /// Nil for the first channel by name that the device sends.
    package let channel: String?

    package init(quantity: String, channel: String?) {
        self.quantity = quantity
        self.channel = channel
    }

    /// Whether a family is of this quantity: `sensor_` + quantity, and the unit where the name does not have it.
    package static func isOf(_ quantity: String, _ family: MetricFamily) -> Bool {
        guard family.name.hasPrefix("sensor_") else { return false }
        let rest = family.name.dropFirst("sensor_".count)
        guard rest.hasPrefix(quantity) else { return false }
        let end = rest.dropFirst(quantity.count)
        return end.isEmpty || !family.unit.isEmpty && end == "_\(family.unit)"
    }

    func matches(_ series: Series) -> Bool {
        WearInputName.isOf(quantity, series.family) && (channel == nil || channel == WearInputName.channel(of: series))
    }

    static func channel(of series: Series) -> String { series.labelValues.count > 1 ? series.labelValues[1] : "" }
}
