package import LinuxSystem
internal import RingLog
package import TestValues

/// A disk in memory with the faults of a real one, driven by a seed.
///
/// What is written is seen by readers at once and durable only after `synchronise`. `cutPower` decides, sector by
/// sector of 512 bytes, which of the writes since then survive. Every operation that changes something counts, and a
/// test can cut the power or make the disk fail before any of them.
package final class SimulatedDisk: RingDisk {
    package static let sectorByteCount = 512

    /// What goes wrong with one operation.
    package enum Fault: Hashable, Sendable {
        /// The operation fails and changes nothing.
        case fails(errorNumber: Int32)
        /// A write fails half way; a synchronisation fails and forgets that the data was ever to be written.
        case failsHalfway(errorNumber: Int32)
        /// A synchronisation answers that all is well and makes nothing durable.
        case lies
        /// The write goes to another place of the same file.
        case misdirected(byteOffset: Int)
        /// The power is cut before the operation, or the process is killed: what follows fails until `cutPower` or
        /// `restart` says which it was.
        case cutsPower
    }

    /// Thrown through `SystemError` by everything after the power was cut.
    package static let noPower: Int32 = 5

    struct Contents {
        var seen: [UInt8] = []
        var durable: [UInt8] = []
        /// Sectors written since the last synchronisation.
        var dirty: Set<Int> = []
        /// Sectors that cannot be read.
        var unreadable: Set<Int> = []
    }

    /// The contents of a file are found by an identity that survives renaming.
    var contents: [Int: Contents] = [:]
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var nextIdentity = 0
    package private(set) var random: SeededRandom
    /// Operations that changed something, so far.
    package private(set) var operationCount = 0
    package var isPowered: Bool { power.isOn }
    /// Share it with the machine's other disks.
    package let power: SimulatedPower
    /// Whether it is a file system in memory: a kill changes nothing in it, and a power cut leaves nothing of it.
    package let isVolatile: Bool
    /// What goes wrong with the operation of a number.
    package var faults: [Int: Fault] = [:]
    /// What every operation fails with, as a read-only or dead disk does; nil for none.
    package var permanentErrorNumber: Int32?
    /// Whether a synchronisation has failed since the last power cut, so that readers see what the disk does not have.
    package internal(set) var hasLostWrites = false
    /// What opening a file fails with, as where there are no descriptors left; nil for none.
    package var openErrorNumber: Int32?
    /// How many operations had a fault, the loss of power left out.
    package private(set) var faultCount = 0
    /// How many bytes all files may have together; more is ENOSPC.
    package var byteLimit = Int.max

    package init(seed: UInt64, power: SimulatedPower = SimulatedPower(), isVolatile: Bool = false) {
        self.power = power
        self.isVolatile = isVolatile
        random = SeededRandom(seed: seed)
    }

    // MARK: RingDisk

    package func list() throws(SystemError) -> [String] {
        try requirePower("readdir", "")
        return names.keys.sorted()
    }

    package func open(_ name: String) throws(SystemError) -> SimulatedFile {
        try requirePower("open", name)
        if let openErrorNumber { throw SystemError(call: "open", path: name, errorNumber: openErrorNumber) }
        guard let identity = names[name] else { throw SystemError(call: "open", path: name, errorNumber: 2) }
        return SimulatedFile(self, identity: identity, name: name)
    }

    package func create(_ name: String) throws(SystemError) -> SimulatedFile {
        _ = try begin("open", name)
        if let identity = names[name] {
            contents[identity]?.seen = []
            contents[identity]?.dirty = []
        } else {
            names[name] = nextIdentity
            contents[nextIdentity] = Contents()
            nextIdentity += 1
        }
        return try open(name)
    }

    package func rename(_ name: String, to newName: String) throws(SystemError) {
        _ = try begin("rename", name)
        guard let identity = names.removeValue(forKey: name) else {
            throw SystemError(call: "rename", path: name, errorNumber: 2)
        }
        names[newName] = identity
    }

    package func remove(_ name: String) throws(SystemError) {
        _ = try begin("unlink", name)
        guard names.removeValue(forKey: name) != nil else {
            throw SystemError(call: "unlink", path: name, errorNumber: 2)
        }
    }

    package func synchroniseNames() throws(SystemError) {
        if try begin("fsync", "") == .lies { return }
        durableNames = names
    }

    // MARK: Faults

    /// Cuts the power and puts it on again: of what was not synchronised, each sector is as it was, as it was to be,
    /// or (once in eight times) half of each or something else; renamings and removals happened or did not.
    package func cutPower() {
        power.isOn = true
        hasLostWrites = false
        if isVolatile {
            (contents, names, durableNames) = ([:], [:], [:])
            return
        }
        for identity in contents.keys.sorted() { settle(identity) }
        if Bool.random(using: &random) { names = durableNames } else { durableNames = names }
        let used = Set(names.values)
        contents = contents.filter { used.contains($0.key) }
    }

    /// Another process begins after this one was killed: what the kernel holds stays as it is.
    package func restart() { power.isOn = true }

    private func settle(_ identity: Int) {
        guard var file = contents[identity] else { return }
        let size = Bool.random(using: &random) ? file.seen.count : min(file.durable.count, file.seen.count)
        var result = file.durable
        result.append(contentsOf: repeatElement(0, count: max(0, file.seen.count - result.count)))
        for sector in file.dirty.sorted() {
            let start = sector * Self.sectorByteCount
            let end = min(start + Self.sectorByteCount, file.seen.count)
            guard start < end else { continue }
            switch Int.random(in: 0..<16, using: &random) {
            case 0: for index in start..<end { result[index] = UInt8.random(in: 0...255, using: &random) }
            case 1:
                // Torn within the sector: its first bytes are new, the rest is as it was.
                let middle = Int.random(in: start..<end, using: &random)
                result.replaceSubrange(start..<middle, with: file.seen[start..<middle])
            case 2..<9: result.replaceSubrange(start..<end, with: file.seen[start..<end])
            default: break
            }
        }
        result.removeSubrange(min(max(size, file.durable.count), result.count)...)
        file.seen = result
        file.durable = result
        file.dirty = []
        contents[identity] = file
    }

    /// Flips one bit where it lies.
    package func flipBit(file name: String, byteOffset: Int, bit: Int) {
        guard let identity = names[name], let count = contents[identity]?.seen.count, byteOffset < count else { return }
        contents[identity]?.seen[byteOffset] ^= 1 << UInt8(bit)
        contents[identity]?.durable[byteOffset] ^= 1 << UInt8(bit)
    }

    /// Makes a sector unreadable (EIO).
    package func spoil(file name: String, byteOffset: Int) {
        guard let identity = names[name] else { return }
        contents[identity]?.unreadable.insert(byteOffset / Self.sectorByteCount)
    }

    /// A file's bytes as readers see them.
    package func bytes(of name: String) -> [UInt8]? { names[name].flatMap { contents[$0]?.seen } }

    /// Puts a file there, durable at once.
    package func place(_ name: String, _ bytes: [UInt8]) {
        contents[nextIdentity] = Contents(seen: bytes, durable: bytes)
        names[name] = nextIdentity
        durableNames[name] = nextIdentity
        nextIdentity += 1
    }

    /// Every file as readers see it, for comparing two states.
    package var image: [String: [UInt8]] { names.compactMapValues { contents[$0]?.seen } }

    /// The size of every file.
    package var byteCounts: [String: Int] { names.compactMapValues { contents[$0]?.seen.count } }

    package var byteCount: Int { names.values.reduce(0) { $0 + (contents[$1]?.seen.count ?? 0) } }

    // MARK: Operations

    func requirePower(_ call: String, _ name: String) throws(SystemError) {
        if !isPowered { throw SystemError(call: call, path: name, errorNumber: Self.noPower) }
    }

    /// Counts an operation and lets its fault happen; answers the fault where the operation itself must act on it.
    func begin(_ call: String, _ name: String) throws(SystemError) -> Fault? {
        try requirePower(call, name)
        if let permanentErrorNumber {
            faultCount += 1
            throw SystemError(call: call, path: name, errorNumber: permanentErrorNumber)
        }
        let fault = faults[operationCount]
        operationCount += 1
        if fault != nil { faultCount += 1 }
        switch fault {
        case .fails(let errorNumber): throw SystemError(call: call, path: name, errorNumber: errorNumber)
        case .cutsPower:
            power.isOn = false
            throw SystemError(call: call, path: name, errorNumber: Self.noPower)
        default: return fault
        }
    }
}
