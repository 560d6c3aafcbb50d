/// What a request held, what of it was taken, and what was not: nothing goes missing without being counted here.
package struct DecodedCounts: Sendable, Hashable {
    /// Series that are now rows.
    package internal(set) var series = 0
    /// Samples that are now in the columns.
    package internal(set) var samples = 0
    /// Samples of refused series.
    package internal(set) var refusedSamples = 0
    /// Native histograms; they are all refused.
    package internal(set) var histograms = 0
    /// Exemplars that are now in the columns.
    package internal(set) var exemplars = 0
    /// Exemplars of refused series, with labels that are empty, repeated, not UTF-8 or too long, or past
    /// `exemplarLimit`.
    package internal(set) var refusedExemplars = 0
    /// Labels with an empty value, which are the same as no label and were left out.
    package internal(set) var emptyLabels = 0
    /// Series whose labels were not sorted and have been sorted here.
    package internal(set) var sortedSeries = 0
    /// Families past `familyLimit` or with a name longer than a label's value, whose type, help and unit were left out.
    package internal(set) var refusedFamilies = 0
    /// Help and units longer than `helpByteLimit`, which were cut.
    package internal(set) var cutTexts = 0
    package internal(set) var refusedSeries = 0
    /// The first refusals, at most `listedRefusalLimit`.
    package internal(set) var refusals: [SeriesRefusal] = []

    package init() {}

    /// Whether something that the sender holds to be valid was not taken, so that 2xx would be a lie.
    package var hasRefusals: Bool { refusedSeries > 0 || histograms > 0 || refusedExemplars > 0 }

    /// What to say of the refusals in the body of a 400 answer: one line, or empty.
    package var refusalText: String {
        var parts: [String] = []
        if refusedSeries > 0 {
            let listed = refusals.map { "series \($0.seriesIndex) has \($0.reason.rawValue)" }
            let more = refusedSeries > refusals.count ? ["and \(refusedSeries - refusals.count) more"] : []
            parts.append(
                "\(refusedSeries) series with \(refusedSamples) samples refused: "
                    + (listed + more).joined(separator: ", "))
        }
        if histograms > 0 { parts.append("\(histograms) native histograms refused: not supported by this receiver") }
        if refusedExemplars > 0 {
            parts.append(
                "\(refusedExemplars) exemplars refused: their labels are empty, repeated, not UTF-8 or longer than 128 "
                    + "characters, their series is refused, or they are too many")
        }
        return parts.joined(separator: "; ")
    }

    mutating func refuse(_ reason: SeriesRefusal.Reason, series index: Int, samples: Int, listed limit: Int) {
        refusedSeries += 1
        refusedSamples += samples
        if refusals.count < limit { refusals.append(SeriesRefusal(seriesIndex: index, reason: reason)) }
    }
}
