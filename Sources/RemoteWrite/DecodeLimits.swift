/// How much of a request is accepted. What bounds the whole request ends its reading with an error; what bounds a
/// label set refuses that series and goes on.
package struct DecodeLimits: Sendable, Hashable {
    package var seriesLimit: Int
    /// A sample takes two bytes at least on the wire and 16 in memory, so the body's size alone does not bound it.
    package var sampleLimit: Int
    /// Symbols of a 2.0 request.
    package var symbolLimit: Int
    /// All labels of a request in packed form, the copies that its exemplars have of them, and what it says of
    /// families; in 2.0 a long symbol can be referred to any number of times.
    package var labelByteLimit: Int
    /// At most 65,536: the decoders keep memory for so many.
    package var labelsPerSeriesLimit: Int
    package var labelNameByteLimit: Int
    package var labelValueByteLimit: Int
    /// Distinct families of which type, help and unit are taken; further ones are counted and left out.
    package var familyLimit: Int
    /// Help and unit of a family, each; longer ones are cut and counted.
    package var helpByteLimit: Int
    /// Exemplars of a request; further ones are refused and counted.
    package var exemplarLimit: Int
    /// How many refusals are listed in `DecodedCounts`; further ones are counted only.
    package var listedRefusalLimit: Int
    /// Which names a 1.0 request may use.
    package var namesOf1: LabelNameRule

    package init(
        seriesLimit: Int = 200_000, sampleLimit: Int = 1_000_000, symbolLimit: Int = 500_000,
        labelByteLimit: Int = 64 << 20, labelsPerSeriesLimit: Int = 64, labelNameByteLimit: Int = 1024,
        labelValueByteLimit: Int = 8192, familyLimit: Int = 20_000, helpByteLimit: Int = 1024,
        exemplarLimit: Int = 10_000,
        listedRefusalLimit: Int = 10,
        namesOf1: LabelNameRule = .prometheusClassic
    ) {
        self.seriesLimit = seriesLimit
        self.sampleLimit = sampleLimit
        self.symbolLimit = symbolLimit
        self.labelByteLimit = labelByteLimit
        self.labelsPerSeriesLimit = labelsPerSeriesLimit
        self.labelNameByteLimit = labelNameByteLimit
        self.labelValueByteLimit = labelValueByteLimit
        self.familyLimit = familyLimit
        self.helpByteLimit = helpByteLimit
        self.exemplarLimit = exemplarLimit
        self.listedRefusalLimit = listedRefusalLimit
        self.namesOf1 = namesOf1
    }
}
