/// Commands to ATA disks, wrapped in SCSI's ATA PASS-THROUGH (16) as SAT describes it.
enum ATACommand {
    /// SMART READ DATA: 512 bytes.
    static let smartReadData = passThrough(
        protocol: 4, flags: 0x0e, features: 0xd0, count: 1, low: 0, middle: 0x4f, high: 0xc2, command: 0xb0)

    /// READ LOG EXT of a page of the device statistics log: 512 bytes.
    static func readStatistics(page: UInt8) -> [UInt8] {
        passThrough(
            protocol: 4, flags: 0x0e, features: 0, count: 1, low: 0x04, middle: page, high: 0, command: 0x2f,
            isExtended: true)
    }

    /// CHECK POWER MODE, which answers in the sense and never wakes a disk.
    static let checkPowerMode = passThrough(
        protocol: 3, flags: 0x20, features: 0, count: 0, low: 0, middle: 0, high: 0, command: 0xe5)

    /// Whether the answer to `checkPowerMode` says that the disk is awake; nil where it does not say.
    static func isAwake(sense: [UInt8]) -> Bool? {
        guard let count = countField(sense) else { return nil }
        // Active, the kinds of idle, and spun up behind a cache; 0 and 1 are standby, 40h is spun down.
        return count >= 0x80 || count == 0x41
    }

    /// The count register in a sense of either form.
    private static func countField(_ sense: [UInt8]) -> UInt8? {
        guard let first = sense.first else { return nil }
        switch first & 0x7f {
        case 0x72:
            // The descriptor that returns ATA's registers comes first, behind eight bytes.
            guard sense.count >= 22, sense[8] == 0x09, sense[9] == 0x0c else { return nil }
            return sense[13]
        case 0x70:
            // "ATA pass through information available": the information field holds error, status, device, count.
            guard sense.count >= 14, sense[12] == 0x00, sense[13] == 0x1d else { return nil }
            return sense[6]
        default: return nil
        }
    }

    private static func passThrough(
        protocol kind: UInt8, flags: UInt8, features: UInt8, count: UInt8, low: UInt8, middle: UInt8, high: UInt8,
        command: UInt8, isExtended: Bool = false
    ) -> [UInt8] {
        [
            0x85, kind << 1 | (isExtended ? 1 : 0), flags, 0, features, 0, count, 0, low, 0, middle, 0, high, 0,
            command, 0,
        ]
    }
}
