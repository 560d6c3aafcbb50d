/// What a rewritten request holds, and what of the received one its version has no place for.
package struct RewriteCounts: Sendable, Hashable {
    /// Samples and native histograms of the series that are kept, whether in this part or not: what parts are made of.
    package internal(set) var units = 0
    /// Of this part.
    package internal(set) var samples = 0
    package internal(set) var histograms = 0
    package internal(set) var exemplars = 0
    /// Families whose type, unit or help goes along.
    package internal(set) var families = 0
    /// Start timestamps of samples and histograms, which 1.0 has no place for.
    package internal(set) var lostStartTimestamps = 0
    /// Series with more labels, longer ones or more samples than the limits allow, and their samples and histograms;
    /// said of the first part, as is the next.
    package internal(set) var leftOutSeries = 0
    package internal(set) var leftOutUnits = 0
    /// Exemplars of those series, with labels longer than any receiver takes, or too many in one series.
    package internal(set) var leftOutExemplars = 0
    /// Families past `familyLimit`, of this part; their series go along.
    package internal(set) var leftOutFamilies = 0
    /// Help and units longer than `helpByteLimit` that 1.0 would repeat with every family, of this part.
    package internal(set) var leftOutTexts = 0

    package init() {}
}
