package import LinuxSystem
internal import RingLog

/// An open file of a `SimulatedDisk`.
package final class SimulatedFile: RingFile {
    private let disk: SimulatedDisk
    private let identity: Int
    private let name: String

    init(_ disk: SimulatedDisk, identity: Int, name: String) {
        self.disk = disk
        self.identity = identity
        self.name = name
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try disk.requirePower("pread", name)
        guard let file = disk.contents[identity] else { return 0 }
        let start = min(Int(offset), file.seen.count)
        let end = min(start + buffer.count, file.seen.count)
        let size = SimulatedDisk.sectorByteCount
        if start < end, !file.unreadable.isEmpty,
            (start / size...(end - 1) / size).contains(where: file.unreadable.contains)
        {
            throw SystemError(call: "pread", path: name, errorNumber: 5)
        }
        file.seen[start..<end].withUnsafeBytes { buffer.copyMemory(from: $0) }
        return end - start
    }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        switch try disk.begin("pwrite", name) {
        case .failsHalfway(let errorNumber):
            try store(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), at: Int(offset))
            throw SystemError(call: "pwrite", path: name, errorNumber: errorNumber)
        case .misdirected(let byteOffset): try store(bytes, at: byteOffset)
        default: try store(bytes, at: Int(offset))
        }
    }

    private func store(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
        guard var file = disk.contents[identity], !bytes.isEmpty else { return }
        // The array must have one owner while it is changed.
        disk.contents[identity] = nil
        defer { disk.contents[identity] = file }
        let end = offset + bytes.count
        if end > file.seen.count {
            let growth = end - file.seen.count
            guard disk.byteCount + file.seen.count + growth <= disk.byteLimit else {
                throw SystemError(call: "pwrite", path: name, errorNumber: 28)
            }
            file.seen.append(contentsOf: repeatElement(0, count: growth))
        }
        file.seen.replaceSubrange(offset..<end, with: bytes)
        let size = SimulatedDisk.sectorByteCount
        for sector in offset / size...(end - 1) / size {
            file.dirty.insert(sector)
            file.unreadable.remove(sector)
        }
    }

    package func synchronise() throws(SystemError) {
        switch try disk.begin("fdatasync", name) {
        case .lies: return
        case .failsHalfway(let errorNumber):
            // As Linux does: the pages count as clean from now on, and what of them reached the disk is chance.
            disk.loseDirty(identity)
            throw SystemError(call: "fdatasync", path: name, errorNumber: errorNumber)
        default: disk.makeDurable(identity)
        }
    }

    package func byteCount() throws(SystemError) -> Int64 {
        try disk.requirePower("fstat", name)
        return Int64(disk.contents[identity]?.seen.count ?? 0)
    }
}

extension SimulatedDisk {
    func makeDurable(_ identity: Int) {
        guard var file = contents[identity] else { return }
        contents[identity] = nil
        let size = Self.sectorByteCount
        file.durable.append(contentsOf: repeatElement(0, count: max(0, file.seen.count - file.durable.count)))
        for sector in file.dirty {
            let range = sector * size..<min((sector + 1) * size, file.seen.count)
            file.durable.replaceSubrange(range, with: file.seen[range])
        }
        file.durable.removeSubrange(min(file.seen.count, file.durable.count)...)
        file.dirty = []
        contents[identity] = file
    }

    /// Forgets which sectors are to be written; readers go on seeing them until the power is cut.
    func loseDirty(_ identity: Int) {
        contents[identity]?.dirty = []
        hasLostWrites = true
    }
}
