internal import MetricModel

/// Where each sample of a run stands in the text, with everything but the numbers rendered.
///
/// The text is a row of pieces: some rendered bytes (the headers of a family, a sample's name and labels) and then the
/// number of one sample. Pieces are in the order of the text; `sample` is in the order of the input.
struct ExpositionLayout {
    private struct Piece {
        /// The family's header where this is its first sample; empty for all others.
        var header: Range<Int>
        /// The sample's name, labels and the space before its number.
        var name: Range<Int>
        /// Which sample of the input, counted through all batches.
        var sample: Int
    }

    private let format: ExpositionFormat
    private var series: [Series] = []
    private var batchStarts: [Int] = []
    private var rendered: [UInt8] = []
    private var pieces: [Piece] = []

    init(of batches: [[Sample]], format: ExpositionFormat) {
        self.format = format
        var order: [String: Int] = [:]
        var groups: [(family: MetricFamily, samples: [Int])] = []
        for batch in batches {
            batchStarts.append(series.count)
            for sample in batch {
                let name = FamilyText.name(of: sample.series.family, format)
                if let group = order[name] {
                    groups[group].samples.append(series.count)
                } else {
                    order[name] = groups.count
                    groups.append((sample.series.family, [series.count]))
                }
                series.append(sample.series)
            }
        }
        for group in groups { render(group.family, group.samples) }
    }

    /// Whether the same series come in the same places as those that this layout was made of.
    func fits(_ batches: [[Sample]]) -> Bool {
        guard batches.count == batchStarts.count else { return false }
        return series.withUnsafeBufferPointer { known in
            var position = 0
            for batch in batches {
                guard batch.count <= known.count - position else { return false }
                for index in batch.indices where batch[index].series !== known[position + index] { return false }
                position += batch.count
            }
            return position == known.count
        }
    }

    func write(_ batches: [[Sample]], into bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + rendered.count + series.count * 16)
        var values: [Double] = []
        values.reserveCapacity(series.count)
        for batch in batches { for sample in batch { values.append(sample.value) } }
        rendered.withUnsafeBufferPointer { rendered in
            for piece in pieces {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rendered[piece.header]))
                let value = values[piece.sample]
                if StaleMarker.isStale(value) { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rendered[piece.name]))
                switch format {
                case .text004: GoNumberText.appendGeneral(value, to: &bytes)
                case .openMetrics: GoNumberText.appendOpenMetrics(value, to: &bytes)
                }
                bytes.append(UInt8(ascii: "\n"))
            }
        }
    }

    private mutating func render(_ family: MetricFamily, _ samples: [Int]) {
        var headerStart = rendered.count
        FamilyText.appendHeader(of: family, format, to: &rendered)
        var headerEnd = rendered.count
        var seen: Set<ArraySlice<UInt8>> = []
        for sample in samples {
            let start = rendered.count
            FamilyText.appendSeries(series[sample], format, to: &rendered)
            // Two producers may give one series; the text may have it once.
            guard seen.insert(rendered[start...]).inserted else {
                rendered.removeSubrange(start...)
                continue
            }
            pieces.append(Piece(header: headerStart..<headerEnd, name: start..<rendered.count, sample: sample))
            headerStart = headerEnd
            headerEnd = headerStart
        }
    }
}
