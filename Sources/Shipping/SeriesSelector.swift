internal import MetricModel

/// Which series a `keep` or `drop` means. The grammar is in DESIGN.md:
///
///     node_cpu_*          sensor_*{device_id="press-*"}          {job="node", mountpoint!="/"}
///
/// A name or value may hold `*` for any run of characters. A label that a series lacks counts as empty.
package struct SeriesSelector: Sendable, Hashable {
    private struct Condition: Sendable, Hashable {
        let label: [UInt8]
        let pattern: GlobPattern
        let isNegated: Bool
    }

    /// All of these hold for a series that is meant.
    private let conditions: [Condition]

    /// Reads a selector; nil where the text is none. Regular expressions (`=~`) are none.
    package init?(_ text: String) {
        var reader = SelectorReader(text)
        var conditions: [Condition] = []
        if let name = reader.name() {
            conditions.append(Condition(label: Array("__name__".utf8), pattern: name, isNegated: false))
        }
        if reader.take("{") {
            while !reader.take("}") {
                guard let label = reader.label(), let isNegated = reader.operation(), let value = reader.quoted() else {
                    return nil
                }
                conditions.append(Condition(label: label, pattern: value, isNegated: isNegated))
                guard reader.take(",") || reader.isAt("}") else { return nil }
            }
        }
        guard reader.isAtEnd, !conditions.isEmpty else { return nil }
        self.conditions = conditions
    }

    /// Whether the series with these packed labels is meant.
    func matches(_ packed: UnsafeRawBufferPointer) -> Bool {
        conditions.allSatisfy { condition in
            condition.pattern.matches(SeriesSelector.value(of: condition.label, in: packed)) != condition.isNegated
        }
    }

    /// A label's value, empty where the series has none.
    static func value(of label: [UInt8], in packed: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var walk = PackedLabelWalk()
        while let found = walk.next(in: packed) {
            guard found.name.count == label.count else { continue }
            if packed[found.name].elementsEqual(label) { return UnsafeRawBufferPointer(rebasing: packed[found.value]) }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
