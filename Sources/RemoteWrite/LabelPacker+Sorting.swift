internal import MetricModel

extension LabelPacker {
    /// Brings the labels into order; finds the names that occur twice, which are then neighbours.
    mutating func sort() {
        let unsorted = [UInt8](packed)
        var labels: [(name: Range<Int>, value: Range<Int>)] = []
        var walk = PackedLabelWalk()
        unsorted.withUnsafeBytes { bytes in
            while let label = walk.next(in: bytes) { labels.append(label) }
        }
        labels.sort { unsorted[$0.name].lexicographicallyPrecedes(unsorted[$1.name]) }
        for (label, next) in zip(labels, labels.dropFirst())
        where unsorted[label.name].elementsEqual(unsorted[next.name]) {
            refuse(.duplicateLabelName)
        }
        unsorted.withUnsafeBytes { rewrite(labels, of: $0) }
    }
}
