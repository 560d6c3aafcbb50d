/// What a disk says of its own health. Pure: from the pages that it answers with.
struct DiskHealth: Equatable {
    enum Figure: Int, CaseIterable {
        case lifeUsed, availableSpare, spareThreshold, criticalWarning, mediaErrors, writtenBytes, readBytes
        case powerCycles, powerOnSeconds, unsafeShutdowns, reallocatedSectors, pendingSectors
    }

    /// By the figure's number; NaN for what the disk does not say.
    private(set) var values = [Double](repeating: .nan, count: Figure.allCases.count)

    subscript(figure: Figure) -> Double? {
        get {
            let value = values[figure.rawValue]
            return value.isNaN ? nil : value
        }
        set { values[figure.rawValue] = newValue ?? .nan }
    }

    static let pageByteCount = 512

    /// The SMART / Health log (Get Log Page 02h) of NVM Express.
    mutating func addNVMeLog(_ page: [UInt8]) throws(DamagedText) {
        try Self.checkLength(page)
        self[.criticalWarning] = Double(page[0])
        self[.availableSpare] = Double(page[3]) / 100
        self[.spareThreshold] = Double(page[4]) / 100
        self[.lifeUsed] = Double(page[5]) / 100
        // A data unit is a thousand blocks of 512 bytes, whatever the disk's own are.
        self[.readBytes] = Self.number(page, at: 32, byteCount: 16) * 512_000
        self[.writtenBytes] = Self.number(page, at: 48, byteCount: 16) * 512_000
        self[.powerCycles] = Self.number(page, at: 112, byteCount: 16)
        self[.powerOnSeconds] = Self.number(page, at: 128, byteCount: 16) * 3600
        self[.unsafeShutdowns] = Self.number(page, at: 144, byteCount: 16)
        self[.mediaErrors] = Self.number(page, at: 160, byteCount: 16)
    }

    /// SMART READ DATA of ATA: thirty attributes of twelve bytes from byte 2 on, all bytes adding up to 0. Only attributes
    /// that every maker means the same by are taken, and of their raw values the low 32 bits: makers put other things above.
    mutating func addATAData(_ page: [UInt8]) throws(DamagedText) {
        try Self.checkLength(page)
        guard page.reduce(0, { $0 &+ $1 }) == 0 else {
            throw DamagedText(byteOffset: Self.pageByteCount - 1, expected: "the checksum of SMART data")
        }
        for slot in 0..<30 {
            let start = 2 + slot * 12
            let raw = Self.number(page, at: start + 5, byteCount: 4)
            switch page[start] {
            case 5: self[.reallocatedSectors] = raw
            case 9: self[.powerOnSeconds] = raw * 3600
            case 12: self[.powerCycles] = raw
            case 187: self[.mediaErrors] = raw
            case 197: self[.pendingSectors] = raw
            default: break
            }
        }
    }

    /// A page of ATA's device statistics log (04h): 1 is general, 7 is of solid-state disks. Which statistics there are is
    /// said by each itself; a page that the disk does not have is all zero.
    mutating func addATAStatistics(_ page: [UInt8], logicalBlockByteCount: Double) throws(DamagedText) {
        try Self.checkLength(page)
        func statistic(at offset: Int) -> Double? {
            // Supported and valid.
            page[offset + 7] & 0xc0 == 0xc0 ? Self.number(page, at: offset, byteCount: 6) : nil
        }
        switch page[2] {
        case 0: break
        case 1:
            if let cycles = statistic(at: 8) { self[.powerCycles] = cycles }
            if let hours = statistic(at: 16) { self[.powerOnSeconds] = hours * 3600 }
            self[.writtenBytes] = statistic(at: 24).map { $0 * logicalBlockByteCount }
            self[.readBytes] = statistic(at: 40).map { $0 * logicalBlockByteCount }
        case 7: self[.lifeUsed] = statistic(at: 8).map { Double(UInt64($0) & 0xff) / 100 }
        default: throw DamagedText(byteOffset: 2, expected: "the number of a page of device statistics")
        }
    }

    private static func checkLength(_ page: [UInt8]) throws(DamagedText) {
        guard page.count == pageByteCount else {
            throw DamagedText(byteOffset: min(page.count, pageByteCount), expected: "a page of 512 bytes")
        }
    }

    /// A little-endian number; beyond 53 bits only as good as what a sample holds.
    private static func number(_ page: [UInt8], at offset: Int, byteCount: Int) -> Double {
        page[offset..<offset + byteCount].reversed().reduce(0) { $0 * 256 + Double($1) }
    }
}
