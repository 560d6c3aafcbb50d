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
