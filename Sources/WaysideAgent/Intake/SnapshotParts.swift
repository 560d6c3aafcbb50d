internal import BatchRecord
internal import RingLog

/// The newest whole snapshot of one owner in the ring.
///
/// A snapshot comes in parts, each a state record of its own with the owner `OWNER/PART/PARTS`; the parts of one snapshot
/// name the same last applied record.
struct SnapshotParts {
    let owner: String
    /// The parts of the newest snapshot that is whole; empty before there is one.
    private(set) var newest: [[UInt8]] = []
    /// The last record that it stands for.
    private(set) var lastAppliedRecord: RecordNumber = 0
    /// The parts read so far of the snapshot that stands for `partsRecord`.
    private var parts: [[UInt8]] = []
    private var partsRecord: RecordNumber = 0

    init(owner: String) {
        self.owner = owner
    }

    /// The records of a snapshot that stands for every record through `record`.
    static func records(_ parts: [[UInt8]], owner: String, upTo record: RecordNumber) -> [StateRecord] {
        parts.enumerated().map { index, part in
            StateRecord(owner: "\(owner)/\(index + 1)/\(parts.count)", lastAppliedRecord: record, payload: part)
        }
    }

    /// Takes a state record in the order of the ring; true where it completes a snapshot.
    mutating func add(_ state: StateRecord) -> Bool {
        let words = state.owner.split(separator: "/")
        guard words.count == 3, words[0] == owner, let part = Int(words[1]), let count = Int(words[2]) else {
            return false
        }
        if part == 1 || partsRecord != state.lastAppliedRecord { parts.removeAll() }
        guard part == parts.count + 1 else { return false }
        parts.append(state.payload)
        partsRecord = state.lastAppliedRecord
        guard part == count else { return false }
        newest = parts
        lastAppliedRecord = state.lastAppliedRecord
        return true
    }
}
