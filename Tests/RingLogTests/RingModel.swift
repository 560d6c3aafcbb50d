import RingLog
import SimulatedSystem

/// What a ring must hold, kept beside it: the independent oracle of the crash tests.
struct RingModel {
    /// The payload of every record appended, by number, uncommitted ones too.
    private(set) var appended: [RecordNumber: [UInt8]] = [:]
    /// What was taken back, by the numbers it had: it may have reached the disk, and counts until others have them.
    private var withdrawn: [RecordNumber: Set<[UInt8]>] = [:]
    private(set) var committedThrough: RecordNumber = 0
    /// Everything up to here may be gone: it was reported as overwritten.
    private(set) var mayBeGoneThrough: RecordNumber = 0
    /// Everything up to here was replaced by a commit that succeeded, and must not come back.
    private(set) var isGoneThrough: RecordNumber = 0
    private var hasDiskFailed = false
    /// How many committed records may be missing because the test damaged them.
    var damageAllowance = 0
    private var written: UInt64 = 0

    static func settings(
        segmentCount: Int = 4, segmentByteCount: Int = 16 << 10, policy: RingPolicy = .overwriteOldest,
        machine: UInt64 = 7, newRing: UInt64 = 1, recordByteLimit: Int = 6000
    ) -> RingSettings {
        RingSettings(
            byteCount: segmentCount * segmentByteCount, segmentByteCount: segmentByteCount,
            recordByteLimit: recordByteLimit, uncommittedByteLimit: 64 << 10, policy: policy,
            machineID: RingID(high: machine, low: machine), newRingID: RingID(high: newRing, low: 99))
    }

    /// Appends a record of about `byteCount` bytes that no other record has.
    mutating func append(
        to log: RingLog<SimulatedDisk>, byteCount: Int, kind: RecordKind = .samples
    ) throws(RingError) {
        written += 1
        let mark = written
        var payload = [UInt8](repeating: UInt8(truncatingIfNeeded: mark &* 31), count: byteCount)
        for (index, byte) in withUnsafeBytes(of: mark, Array.init).enumerated() where index < byteCount {
            payload[index] = byte
        }
        defer { note(log.takeOverwritten()) }
        let number = try log.append(kind) { $1.append(contentsOf: payload) }
        appended[number] = payload
    }

    mutating func commit(_ log: RingLog<SimulatedDisk>) throws(RingError) {
        defer { note(log.takeOverwritten()) }
        try log.commit()
        committedThrough = log.lastRecord
        // Where a write has ever failed, nobody knows whether the old lap is still there.
        if log.statistics.diskFailureCount > 0 { hasDiskFailed = true }
        if !hasDiskFailed { isGoneThrough = max(isGoneThrough, log.oldestRecord - 1) }
    }

    /// Takes back what a commit could not write, as the hub does it.
    mutating func withdraw(from log: RingLog<SimulatedDisk>) {
        log.withdrawUncommitted()
        for (number, payload) in appended where number > log.lastRecord {
            withdrawn[number, default: []].insert(payload)
            appended[number] = nil
        }
        committedThrough = log.lastRecord
    }

    /// Lets what was appended survive a kill, as the agent does it.
    mutating func writeThrough(_ log: RingLog<SimulatedDisk>) throws(RingError) {
        if log.isCommitDue || !log.writeThrough() { try commit(log) }
        committedThrough = log.lastRecord
    }

    /// Only what is durable was promised: the power is cut, not the process killed.
    mutating func promise(through last: RecordNumber) { committedThrough = min(committedThrough, last) }

    mutating func note(_ ranges: [OverwrittenRange]) {
        for range in ranges { mayBeGoneThrough = max(mayBeGoneThrough, range.last) }
    }

    /// Says what is wrong with a ring that was just opened, or nil. `includingUncommitted` after a kill, which must not cost
    /// what was written through either.
    mutating func fault(in log: RingLog<SimulatedDisk>, includingUncommitted: Bool = false) throws -> String? {
        note(log.takeOverwritten() + log.recovery.unrecordedLosses)
        var found: [(RecordNumber, [UInt8])] = []
        try log.read(from: 1, includingUncommitted: includingUncommitted) { header, bytes in
            found.append((header.number, Array(bytes)))
            return true
        }
        var last: RecordNumber = 0
        for (number, payload) in found {
            guard number > isGoneThrough else { return "record \(number) of an old lap came back" }
            guard number > last else { return "record \(number) after \(last)" }
            last = number
            if number > committedThrough, withdrawn[number]?.contains(payload) == true { appended[number] = payload }
            guard let expected = appended[number] else { return "record \(number) was never appended" }
            guard expected == payload else { return "record \(number) holds something else" }
        }
        let numbers = Set(found.map(\.0))
        let missing = appended.keys.filter {
            $0 > mayBeGoneThrough && $0 <= committedThrough && !numbers.contains($0)
        }.sorted()
        guard missing.count <= damageAllowance else { return "committed records \(missing) are missing" }
        // What was not committed and is gone need never come again, and its numbers may be given to others now.
        for number in appended.keys where number > mayBeGoneThrough && !numbers.contains(number) {
            appended[number] = nil
        }
        committedThrough = max(committedThrough, log.lastRecord)
        return nil
    }
}
