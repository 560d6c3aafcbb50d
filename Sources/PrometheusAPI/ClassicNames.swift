internal import MetricModel

/// Names as Prometheus 2 reads them: letters, digits and `_`, in a metric's also `:`, and no digit first.
/// Source: Prometheus, "Escaping schemes", underscores.
enum ClassicNames {
    /// The labels with such names, `_` in the place of every other character. Where two come to the same, those that were
    /// no such names get a further `_`, because a reader would refuse the whole page.
    static func of(_ labels: Labels) -> Labels {
        if areThose(of: labels) { return labels }
        var taken: Set = ["__name__"]
        var result: [Label] = []
        var others: [Label] = []
        for label in labels {
            if label.name == "__name__" {
                result.append(Label(label.name, escaped(label.value, isMetric: true)))
            } else if Array(label.name.utf8).withUnsafeBytes({ isClassic($0, isMetric: false) }) {
                taken.insert(label.name)
                result.append(label)
            } else {
                others.append(label)
            }
        }
        for label in others {
            var name = escaped(label.name, isMetric: false)
            while !taken.insert(name).inserted { name += "_" }
            result.append(Label(name, label.value))
        }
        return Labels(result)
    }

    private static func areThose(of labels: Labels) -> Bool {
        labels.packed.withUnsafeBytes { packed in
            var walk = PackedLabelWalk()
            while let label = walk.next(in: packed) {
                let name = UnsafeRawBufferPointer(rebasing: packed[label.name])
                if !isClassic(name, isMetric: false) { return false }
                guard name.elementsEqual("__name__".utf8) else { continue }
                if !isClassic(UnsafeRawBufferPointer(rebasing: packed[label.value]), isMetric: true) { return false }
            }
            return true
        }
    }

    private static func isClassic(_ name: UnsafeRawBufferPointer, isMetric: Bool) -> Bool {
        guard let first = name.first, !isDigit(first) else { return false }
        return name.allSatisfy { isClassic($0, isMetric: isMetric) }
    }

    private static func isClassic(_ byte: UInt8, isMetric: Bool) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: isDigit(byte) || byte == UInt8(ascii: "_") || (isMetric && byte == UInt8(ascii: ":"))
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func escaped(_ name: String, isMetric: Bool) -> String {
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars {
            let byte = scalar.isASCII ? UInt8(scalar.value) : 0
            let stays = isClassic(byte, isMetric: isMetric) && !(bytes.isEmpty && isDigit(byte))
            bytes.append(stays ? byte : UInt8(ascii: "_"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
