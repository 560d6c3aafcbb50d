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
        // By declaration first, which is cheap to look up, and by name for families that several producers declare.
        var declared: [MetricFamily: Int] = [:]
        var named: [ExactText: Int] = [:]
        var groups: [(family: MetricFamily, samples: [Int])] = []
        for batch in batches {
            batchStarts.append(series.count)
            for sample in batch {
                let family = sample.series.family
                let group: Int
                if let known = declared[family] {
                    group = known
                } else {
                    let name = ExactText(FamilyText.name(of: family, format))
                    group = named[name] ?? groups.count
                    if group == groups.count { groups.append((family, [])) }
                    named[name] = group
                    declared[family] = group
                }
                groups[group].samples.append(series.count)
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
                let isSame = batch.withUnsafeBufferPointer { batch in
                    for index in batch.indices where batch[index].series !== known[position + index] { return false }
                    return true
                }
                guard isSame else { return false }
                position += batch.count
            }
            return position == known.count
        }
    }

    func write(_ batches: [[Sample]], into bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + rendered.count + series.count * 16)
        var values: [Double] = []
        values.reserveCapacity(series.count)
        for batch in batches {
            // A sample that is taken out of an array counts a reference to its series.
            batch.withUnsafeBufferPointer { batch in for index in batch.indices { values.append(batch[index].value) } }
        }
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
        let headerEnd = rendered.count
        var seen: [UInt64: Range<Int>] = [:]
        for sample in samples {
            let start = rendered.count
            FamilyText.appendSeries(series[sample], format, to: &rendered)
            let name = start..<rendered.count
            // Two producers may give one series; the text may have it once.
            let key = hash(name)
            if let known = seen[key], areEqual(known, name) {
                rendered.removeSubrange(name)
                continue
            }
            seen[key] = name
            pieces.append(Piece(header: headerStart..<headerEnd, name: name, sample: sample))
            headerStart = headerEnd
        }
    }

    /// FNV-1a of a part of `rendered`.
    private func hash(_ range: Range<Int>) -> UInt64 {
        rendered.withUnsafeBufferPointer { rendered in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for index in range { hash = (hash ^ UInt64(rendered[index])) &* 0x100_0000_01b3 }
            return hash
        }
    }

    private func areEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        rendered[left].elementsEqual(rendered[right])
    }
}
