/// The devices in the order in which they came, each in memory of its own: a kept copy of an intake costs what has
/// changed since, the devices of one batch and not all of them.
struct DeviceTable: Sendable {
    /// A device, changed in place while nobody else holds it.
    ///
    /// `@unchecked` holds because `DeviceTable` changes a box only where it is the one that holds it; one that is shared
    /// is only read.
    private final class Box: @unchecked Sendable {
        var record: DeviceRecord

        init(_ record: DeviceRecord) { self.record = record }
    }

    private var boxes: [Box] = []

    mutating func append(_ record: DeviceRecord) { boxes.append(Box(record)) }

    mutating func removeAll(where isGone: (DeviceRecord) -> Bool) { boxes.removeAll { isGone($0.record) } }
}

extension DeviceTable: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { boxes.count }

    subscript(index: Int) -> DeviceRecord {
        _read { yield boxes[index].record }
        _modify {
            if !isKnownUniquelyReferenced(&boxes[index]) { boxes[index] = Box(boxes[index].record) }
            yield &boxes[index].record
        }
    }
}
