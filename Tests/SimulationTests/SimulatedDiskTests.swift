import LinuxSystem
import RingLog
import SimulatedSystem
import Testing

/// That the simulated disk does each of the things that real ones do.
@Suite struct SimulatedDiskTests {
    private static let sector = SimulatedDisk.sectorByteCount

    /// A disk whose file of eight sectors holds ones, durably.
    private func disk(_ seed: UInt64) throws -> (SimulatedDisk, SimulatedFile) {
        let disk = SimulatedDisk(seed: seed)
        disk.place("file", [UInt8](repeating: 1, count: 8 * Self.sector))
        return (disk, try disk.open("file"))
    }

    private func write(_ file: SimulatedFile, _ value: UInt8, sectors: Range<Int>) throws {
        let bytes = [UInt8](repeating: value, count: sectors.count * Self.sector)
        var failure: SystemError?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemError) {
                try file.write(buffer, at: Int64(sectors.lowerBound * Self.sector))
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func sectors(_ disk: SimulatedDisk) -> [[UInt8]] {
        let bytes = disk.bytes(of: "file") ?? []
        return stride(from: 0, to: bytes.count, by: Self.sector).map { Array(bytes[$0..<$0 + Self.sector]) }
    }

    @Test func `a power cut loses, reorders and tears what was not synchronised, and nothing else`() throws {
        var outcomes: Set<String> = []
        for seed in 0..<UInt64(200) {
            let (disk, file) = try disk(seed)
            try write(file, 2, sectors: 0..<4)
            try file.synchronise()
            try write(file, 3, sectors: 2..<6)
            disk.cutPower()
            let sectors = sectors(disk)
            #expect(sectors[0].allSatisfy { $0 == 2 } && sectors[7].allSatisfy { $0 == 1 })
            let isNew = sectors[2..<6].map { $0.allSatisfy { $0 == 3 } }
            if isNew == [false, false, false, false] { outcomes.insert("lost") }
            if isNew == [true, true, true, true] { outcomes.insert("kept") }
            if !isNew[0] && isNew[3] { outcomes.insert("reordered") }
            for (sector, old) in zip(sectors[2..<6], [2, 2, 1, 1] as [UInt8]) {
                if sector.first == 3 && sector.last == old { outcomes.insert("torn within a sector") }
                if Set(sector).count > 100 { outcomes.insert("something else") }
            }
        }
        #expect(outcomes == ["lost", "kept", "reordered", "torn within a sector", "something else"])
    }

    @Test func `a killed process loses nothing that was written`() throws {
        let (disk, file) = try disk(1)
        disk.faults[1] = .cutsPower
        try write(file, 2, sectors: 0..<8)
        #expect(throws: SystemError.self) { try file.synchronise() }
        #expect(throws: SystemError.self) { _ = try disk.list() }
        disk.restart()
        #expect(sectors(disk).allSatisfy { $0.allSatisfy { $0 == 2 } })
    }

    @Test func `a lie about synchronisation is found out by the next power cut`() throws {
        var lost = 0
        for seed in 0..<UInt64(20) {
            let (disk, file) = try disk(seed)
            disk.faults[1] = .lies
            try write(file, 2, sectors: 0..<8)
            try file.synchronise()
            disk.cutPower()
            if sectors(disk).contains(where: { $0.allSatisfy { $0 == 1 } }) { lost += 1 }
        }
        #expect(lost > 10)
    }

    @Test func `after a failed synchronisation the next one proves nothing`() throws {
        let (disk, file) = try disk(1)
        disk.faults[1] = .failsHalfway(errorNumber: 5)
        try write(file, 2, sectors: 0..<8)
        #expect(throws: SystemError.self) { try file.synchronise() }
        try file.synchronise()
        #expect(disk.hasLostWrites)
        #expect(sectors(disk).allSatisfy { $0.allSatisfy { $0 == 2 } })
        disk.cutPower()
        #expect(sectors(disk).allSatisfy { $0.allSatisfy { $0 == 1 } })
    }

    @Test func `writes go astray, bits flip, sectors cannot be read`() throws {
        let (disk, file) = try disk(1)
        disk.faults[0] = .misdirected(byteOffset: 6 * Self.sector)
        try write(file, 2, sectors: 0..<1)
        #expect(sectors(disk)[0].allSatisfy { $0 == 1 } && sectors(disk)[6].allSatisfy { $0 == 2 })
        disk.flipBit(file: "file", byteOffset: 5, bit: 3)
        #expect(sectors(disk)[0][5] == 9)
        disk.spoil(file: "file", byteOffset: 0)
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(throws: SystemError.self) {
            try bytes.withUnsafeMutableBytes { _ = try file.read(into: $0, at: 100) }
        }
    }

    @Test func `space runs out, descriptors run out, a disk goes read-only`() throws {
        let (disk, file) = try disk(1)
        disk.byteLimit = 8 * Self.sector
        try write(file, 2, sectors: 0..<8)
        #expect(throws: SystemError.self) { try write(file, 2, sectors: 8..<9) }
        disk.openErrorNumber = 24
        #expect(throws: SystemError.self) { _ = try disk.open("file") }
        disk.openErrorNumber = nil
        disk.permanentErrorNumber = 30
        #expect(throws: SystemError.self) { try write(file, 3, sectors: 0..<1) }
        #expect(sectors(disk)[0].allSatisfy { $0 == 2 })
    }
}
