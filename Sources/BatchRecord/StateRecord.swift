/// A snapshot of something that must survive exactly (wear, sequence windows, clock fits).
///
/// Start is the newest snapshot of an owner plus the replay of every record after `lastAppliedRecord`, so that nothing
/// counts twice.
package struct StateRecord: Hashable, Sendable {
    /// Whose state it is: `wear`, `intake`. 1 to 255 bytes of UTF-8.
    package var owner: String
    /// The last record whose effect is in the snapshot.
    package var lastAppliedRecord: UInt64
    /// The owner's own format.
    package var payload: [UInt8]

    package init(owner: String, lastAppliedRecord: UInt64, payload: [UInt8]) {
        self.owner = owner
        self.lastAppliedRecord = lastAppliedRecord
        self.payload = payload
    }
}

extension StateRecord {
    /// Appends the record's bytes (DESIGN.md, "State record").
    package func encode(into bytes: inout [UInt8]) {
        precondition((1...255).contains(owner.utf8.count), "an owner's name has 1 to 255 bytes")
        bytes.append(RecordVersion.current)
        bytes.append(UInt8(owner.utf8.count))
        bytes.append(contentsOf: owner.utf8)
        bytes.appendFixed(lastAppliedRecord)
        bytes.append(contentsOf: payload)
    }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(BatchRecordError) {
        var reader = ByteReader(bytes)
        try RecordVersion.check(&reader)
        let count = Int(try reader.byte())
        guard count > 0 else { throw reader.damaged }
        owner = String(decoding: try reader.slice(count), as: UTF8.self)
        lastAppliedRecord = try reader.fixed(UInt64.self)
        payload = Array(try reader.slice(reader.remaining))
    }
}
