/// One label: a name and its value.
package struct Label: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func == (left: Label, right: Label) -> Bool {
        left.name.hasEqualBytes(right.name) && left.value.hasEqualBytes(right.value)
    }
}

/// An immutable, sorted set of labels in one packed allocation.
///
/// `packed` is the canonical form, equal for equal sets: for each label, in ascending byte order of its name, the
/// name's byte count (unsigned LEB128), the name, the value's byte count, the value. Names are unique and non-empty,
/// values are non-empty: a label with an empty value is the same as no label (Prometheus data model).
/// Names and values are UTF-8; whoever takes bytes from outside checks that first.
package struct Labels: Hashable, Sendable {
    package let packed: [UInt8]

    package static let empty = Labels(alreadyPacked: [])

    /// Takes bytes that are in canonical form already; the caller answers for that.
    package init(alreadyPacked packed: [UInt8]) {
        self.packed = packed
    }

    /// Sorts and packs; of labels with equal names the last wins, labels with empty values are left out.
    package init(_ labels: some Sequence<Label>) {
        var sorted: [Label] = []
        for label in labels {
            sorted.removeAll { $0.name.hasEqualBytes(label.name) }
            if !label.value.isEmpty { sorted.append(label) }
        }
        sorted.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var packed: [UInt8] = []
        for label in sorted {
            Labels.appendLength(label.name.utf8.count, to: &packed)
            packed.append(contentsOf: label.name.utf8)
            Labels.appendLength(label.value.utf8.count, to: &packed)
            packed.append(contentsOf: label.value.utf8)
        }
        self.packed = packed
    }

    package var isEmpty: Bool { packed.isEmpty }

    /// The value of the label called `name`, or nil where the set has none.
    package subscript(name: String) -> String? {
        first { $0.name.hasEqualBytes(name) }?.value
    }

    /// The value of `__name__`, or the empty string.
    package var metricName: String { self["__name__"] ?? "" }

    /// This set with `other`'s labels added; where both have a name, `other`'s value stands.
    package func merging(_ other: Labels) -> Labels {
        Labels(Array(self) + Array(other))
    }

    /// Appends an unsigned LEB128 byte count, the length prefix of the packed form.
    @inlinable
    package static func appendLength(_ length: Int, to packed: inout [UInt8]) {
        var rest = UInt(length)
        while rest >= 0x80 {
            packed.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        packed.append(UInt8(truncatingIfNeeded: rest))
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Label($0.0, $0.1) })
    }
}

extension Labels: Sequence {
    package struct Iterator: IteratorProtocol {
        var walk: PackedLabelWalk
        let packed: [UInt8]

        package mutating func next() -> Label? {
            guard let label = packed.withUnsafeBytes({ walk.next(in: $0) }) else { return nil }
            return Label(
                String(decoding: packed[label.name], as: UTF8.self),
                String(decoding: packed[label.value], as: UTF8.self))
        }
    }

    package func makeIterator() -> Iterator {
        Iterator(walk: PackedLabelWalk(), packed: packed)
    }
}

extension Labels: Comparable {
    /// Prometheus's order of label sets: label by label, names before values, the shorter set first.
    package static func < (left: Labels, right: Labels) -> Bool {
        var leftLabels = left.makeIterator()
        var rightLabels = right.makeIterator()
        while true {
            guard let rightLabel = rightLabels.next() else { return false }
            guard let leftLabel = leftLabels.next() else { return true }
            if !leftLabel.name.hasEqualBytes(rightLabel.name) {
                return leftLabel.name.utf8.lexicographicallyPrecedes(rightLabel.name.utf8)
            }
            if !leftLabel.value.hasEqualBytes(rightLabel.value) {
                return leftLabel.value.utf8.lexicographicallyPrecedes(rightLabel.value.utf8)
            }
        }
    }
}

extension Labels: CustomStringConvertible {
    /// `name{label="value",…}` as Prometheus prints it, with `\`, `"` and line feeds escaped.
    package var description: String {
        let rest = filter { $0.name != "__name__" }.map { label in
            var escaped = ""
            for character in label.value.unicodeScalars {
                switch character {
                case "\\": escaped += "\\\\"
                case "\"": escaped += "\\\""
                case "\n": escaped += "\\n"
                default: escaped.unicodeScalars.append(character)
                }
            }
            return "\(label.name)=\"\(escaped)\""
        }
        let name = metricName
        if rest.isEmpty { return name.isEmpty ? "{}" : name }
        return "\(name){\(rest.joined(separator: ","))}"
    }
}
