/// The number of a mapping's metric, where a native reading has the name of a quantity.
///
/// Readings are known again by the text of quantity, channel and unit. A number's text begins with what no quantity of
/// a device begins with (`ProtocolLimits.isQuantity`), so neither is taken for the other.
struct MappedMetricNumber: Equatable {
    private static let mark: Character = "="

    /// Index into `CompiledMappings.metrics`.
    let index: Int

    init(_ index: Int) {
        self.index = index
    }

    /// Nil where the text is a quantity's name.
    init?(quantity: String) {
        guard quantity.first == MappedMetricNumber.mark, let index = Int(quantity.dropFirst()) else { return nil }
        self.index = index
    }

    /// The text that stands in the quantity's place.
    var quantity: String { "\(MappedMetricNumber.mark)\(index)" }
}
