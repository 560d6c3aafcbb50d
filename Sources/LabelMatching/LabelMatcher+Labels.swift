package import MetricModel

extension Collection where Element == LabelMatcher {
    /// Whether the label set satisfies every matcher.
    package func match(_ labels: Labels) -> Bool {
        labels.packed.withUnsafeBytes { bytes in
            allSatisfy { $0.matches(LabelMatcher.value(of: $0.name, in: bytes)) }
        }
    }
}

extension LabelMatcher {
    /// The bytes of a label's value within packed labels, empty where the label is absent.
    fileprivate static func value(of name: String, in packed: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var walk = PackedLabelWalk()
        while let label = walk.next(in: packed) {
            if packed[label.name].elementsEqual(name.utf8) {
                return UnsafeRawBufferPointer(rebasing: packed[label.value])
            }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
