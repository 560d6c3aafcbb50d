internal import MetricModel

/// What the series of one family and scope have in common: their labels in the packed order, with places for the values
/// that each has of its own. A dictionary holds one for thousands of series.
final class SeriesLayout: Sendable {
    let family: SampleColumns.Family
    /// How many values a series has.
    let valueCount: Int
    /// The pieces of the packed labels, one after the other.
    private let bytes: [UInt8]
    private let pieces: [Piece]

    /// A stretch of `bytes`: whole labels, or the name of a label whose value is a series' own.
    private struct Piece {
        var end: Int
        /// Which of the series' values follows; nil behind whole labels.
        var value: Int?
    }

    /// As `Labels` has it: of equal names the last counts, and what has no value is no label.
    init(scope: [Label], family: SampleColumns.Family, names: [String]) {
        var labels: [(name: String, value: String, place: Int?)] = []
        func add(_ name: String, _ value: String, _ place: Int?) {
            labels.removeAll { $0.name == name }
            if !value.isEmpty || place != nil { labels.append((name, value, place)) }
        }
        for label in scope { add(label.name, label.value, nil) }
        add("__name__", family.name, nil)
        for (place, name) in names.enumerated() { add(name, "", place) }
        labels.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var bytes: [UInt8] = []
        var pieces: [Piece] = []
        for label in labels {
            // A name without its value must be a piece alone, so that both can be left out.
            if label.place != nil || pieces.isEmpty || pieces[pieces.count - 1].value != nil {
                pieces.append(Piece(end: bytes.count, value: label.place))
            }
            SeriesLayout.append(label.name, to: &bytes)
            if label.place == nil { SeriesLayout.append(label.value, to: &bytes) }
            pieces[pieces.count - 1].end = bytes.count
        }
        self.family = family
        valueCount = names.count
        self.bytes = bytes
        self.pieces = pieces
    }

    /// Appends the packed labels of a series to `packed`. `values` holds its values, each behind its byte count, at
    /// `places`.
    func pack(_ values: UnsafeBufferPointer<UInt8>, at places: UnsafeBufferPointer<UInt32>, into packed: inout [UInt8])
    {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for piece in pieces {
                defer { start = piece.end }
                guard let value = piece.value else {
                    packed.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<piece.end]))
                    continue
                }
                let stored = SeriesLayout.stored(values, at: Int(places[value]))
                guard stored.count > 1 else { continue }
                packed.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<piece.end]))
                packed.append(contentsOf: UnsafeBufferPointer(rebasing: values[stored]))
            }
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        Labels.appendLength(text.utf8.count, to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    /// Where a value is, its byte count with it; an empty one is a byte long.
    private static func stored(_ values: UnsafeBufferPointer<UInt8>, at start: Int) -> Range<Int> {
        var position = start
        var count = 0
        var shift = 0
        while values[position] >= 0x80 {
            count |= Int(values[position] & 0x7f) << shift
            shift += 7
            position += 1
        }
        count |= Int(values[position]) << shift
        return start..<position + 1 + count
    }
}
