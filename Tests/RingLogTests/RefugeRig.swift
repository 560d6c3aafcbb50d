import SimulatedSystem
import Testing

@testable import RingLog

/// A machine with a flash disk and a refuge in memory.
struct RefugeRig {
    typealias Log = RingLog<SimulatedDisk>

    let disk: SimulatedDisk
    let refuge: SimulatedDisk

    init(seed: UInt64 = 1) {
        disk = SimulatedDisk(seed: seed)
        refuge = SimulatedDisk(seed: seed &+ 1, power: disk.power, isVolatile: true)
    }

    func open(_ settings: RingSettings = RingModel.settings(newRing: 2), withRefuge: Bool = true) throws -> Log {
        try Log(opening: disk, refuge: withRefuge ? refuge : nil, settings: settings)
    }

    /// A ring with record 1 durable and 2 and 3 written through, whose process was then killed. Each has 500 bytes.
    static func killed() throws -> RefugeRig {
        let rig = RefugeRig()
        let log = try rig.open(RingModel.settings())
        try rig.append(log, "a")
        try log.commit()
        for text in ["b", "c"] { try rig.append(log, text) }
        return rig
    }

    /// Appends a record and writes it through.
    func append(_ log: Log, _ text: String, _ kind: RecordKind = .samples) throws {
        _ = try RingLogTests.append(log, text, kind, byteCount: 500)
        if log.isCommitDue || !log.writeThrough() { try log.commit() }
    }

    /// Everything that a ring holds, without the spaces.
    static func texts(_ log: Log) throws -> [String] {
        try RingLogTests.texts(log, uncommitted: true).map { String($0.prefix { $0 != " " }) }
    }

    func cutPower() {
        disk.cutPower()
        refuge.cutPower()
    }

    /// The refuge's file.
    var file: [UInt8] { refuge.bytes(of: RingRefuge<SimulatedDisk>.fileName) ?? [] }

    func place(_ bytes: [UInt8]) { refuge.place(RingRefuge<SimulatedDisk>.fileName, bytes) }

    /// What a record of 500 bytes takes.
    static let recordByteCount = RingFormat.recordByteCount(500)
}
