internal import Glibc
package import MetricModel

/// Label operations that queries do, on the packed form.
extension Labels {
    /// This set with only the labels `belongs` says, by the bytes of their names.
    private func filtered(_ belongs: (UnsafeRawBufferPointer) -> Bool) -> Labels {
        packed.withUnsafeBytes { bytes in
            var kept: [UInt8] = []
            kept.reserveCapacity(bytes.count)
            var walk = PackedLabelWalk()
            while let label = walk.next(in: bytes) {
                guard belongs(UnsafeRawBufferPointer(rebasing: bytes[label.name])) else { continue }
                Labels.appendLength(label.name.count, to: &kept)
                kept.append(contentsOf: bytes[label.name])
                Labels.appendLength(label.value.count, to: &kept)
                kept.append(contentsOf: bytes[label.value])
            }
            return Labels(alreadyPacked: kept)
        }
    }

    func keeping(_ names: [String]) -> Labels {
        filtered { name in names.contains { name.elementsEqual($0.utf8) } }
    }

    func removing(_ names: [String]) -> Labels {
        filtered { name in !names.contains { name.elementsEqual($0.utf8) } }
    }

    /// The labels that say what a metric is, which a computed value no longer has.
    var withoutMetadata: Labels { removing(["__name__", "__type__", "__unit__"]) }

    /// This set with one label set or, where the value is empty, removed.
    func setting(_ name: String, to value: String) -> Labels {
        Labels(Array(self) + [Label(name, value)]).removing(value.isEmpty ? [name] : [])
    }

    /// Prometheus's order of label sets, on bytes: far cheaper than `<`, which makes strings.
    package static func isOrdered(_ left: Labels, before right: Labels) -> Bool {
        left.packed.withUnsafeBytes { leftBytes in
            right.packed.withUnsafeBytes { rightBytes in
                var leftWalk = PackedLabelWalk()
                var rightWalk = PackedLabelWalk()
                while true {
                    guard let rightLabel = rightWalk.next(in: rightBytes) else { return false }
                    guard let leftLabel = leftWalk.next(in: leftBytes) else { return true }
                    let byName = compare(leftBytes[leftLabel.name], rightBytes[rightLabel.name])
                    if byName != 0 { return byName < 0 }
                    let byValue = compare(leftBytes[leftLabel.value], rightBytes[rightLabel.value])
                    if byValue != 0 { return byValue < 0 }
                }
            }
        }
    }

    private static func compare(
        _ left: Slice<UnsafeRawBufferPointer>, _ right: Slice<UnsafeRawBufferPointer>
    ) -> Int {
        let leftBytes = UnsafeRawBufferPointer(rebasing: left)
        let rightBytes = UnsafeRawBufferPointer(rebasing: right)
        let common = Swift.min(left.count, right.count)
        if common > 0, let leftStart = leftBytes.baseAddress, let rightStart = rightBytes.baseAddress {
            let order = memcmp(leftStart, rightStart, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    /// The set as error messages print it: `{__name__="a", b="c"}`.
    var listed: String {
        "{" + map { "\($0.name)=\(Token.quoted($0.value))" }.joined(separator: ", ") + "}"
    }
}
