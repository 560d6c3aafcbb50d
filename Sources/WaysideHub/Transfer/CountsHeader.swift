internal import RemoteWrite
internal import SampleStore

/// `Wayside-Counts`: what became of a request's samples, told to whoever sends a field of that name with it. Remote
/// write itself has no place for duplicates and for the reasons of refusals; an import wants both.
enum CountsHeader {
    static let name = "Wayside-Counts"

    static func value(_ decoded: DecodedCounts, _ stored: IngestCounts) -> String {
        let refused = IngestRefusal.Reason.allCases.map { (word($0), stored.refused($0)) }
        let counts =
            [("stored", stored.stored), ("duplicates", stored.duplicates), ("conflicts", stored.conflicts)]
            + [("invalid_series", decoded.refusedSamples)] + refused
        return counts.filter { $0.1 > 0 }.map { "\($0.0)=\($0.1)" }.joined(separator: ";")
    }

    private static func word(_ reason: IngestRefusal.Reason) -> String {
        switch reason {
        case .tooOld: "too_old"
        case .tooFarAhead: "too_far_ahead"
        case .overSeriesLimit: "over_series_limit"
        case .overLabelByteLimit: "over_label_byte_limit"
        case .invalidLabels: "invalid_labels"
        }
    }

    /// The counts by their words; nil where a part is none.
    static func counts(_ value: String) -> [(word: String, count: Int)]? {
        var counts: [(word: String, count: Int)] = []
        for part in value.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, counts.count < 32, let count = Int(pair[1]), (0...1 << 40).contains(count) else {
                return nil
            }
            counts.append((String(pair[0]), count))
        }
        return counts
    }
}
