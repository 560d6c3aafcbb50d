/// Records that go into one segment together, in the order in which they are added.
package struct RecordGroup {
    struct Entry {
        var kind: RecordKind
        var flags: RecordFlags
        var bytes: Range<Int>
    }

    var entries: [Entry] = []
    var bytes: [UInt8] = []

    /// Adds a record whose bytes `encode` appends. It must only append.
    package mutating func add(
        _ kind: RecordKind, flags: RecordFlags = [], encode: (inout [UInt8]) -> Void
    ) {
        let start = bytes.count
        encode(&bytes)
        precondition(bytes.count >= start, "a record's encoder must only append")
        entries.append(Entry(kind: kind, flags: flags, bytes: start..<bytes.count))
    }

    /// Adds a record that holds `payload`.
    package mutating func add(_ kind: RecordKind, flags: RecordFlags = [], _ payload: some Collection<UInt8>) {
        add(kind, flags: flags) { $0.append(contentsOf: payload) }
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }
}
