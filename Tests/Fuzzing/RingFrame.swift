import RingLog

/// The ring's checksums, from its format document and not from its code: to mend what was changed, and to hold what is
/// handed out against what is on the disk.
enum RingFrame {
    /// CRC-32C, bit by bit from a table of 256.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        return ~crc
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }

    /// A record as it must stand in a segment file.
    static func bytes(_ header: RecordHeader, _ payload: [UInt8], ring: RingID) -> [UInt8] {
        let covered =
            bytes(header.number) + bytes(UInt32(header.byteCount))
            + [header.kind.rawValue, header.flags.rawValue, 0, 0] + payload
        let seed = bytes(ring.high) + bytes(ring.low) + bytes(header.segmentNumber)
        return bytes(checksum(seed + covered)) + bytes(UInt32(truncatingIfNeeded: header.segmentNumber)) + covered
    }

    /// Whether the record stands in the file, at a multiple of 8.
    static func holds(_ file: [UInt8], _ frame: [UInt8]) -> Bool {
        stride(from: 4096, through: max(4096, file.count - frame.count), by: 8).contains { offset in
            offset + frame.count <= file.count && file[offset] == frame[0] && file[offset + 1] == frame[1]
                && file[offset..<offset + frame.count].elementsEqual(frame)
        }
    }

    /// Gives both copies of a segment's header the first one's content and a checksum that holds.
    static func mendHeader(_ file: inout [UInt8]) {
        guard file.count >= 4096 else { return }
        file.replaceSubrange(508..<512, with: bytes(checksum(file[..<508])))
        file.replaceSubrange(2048..<2560, with: file[..<512])
    }

    /// Gives the record that `place` is in, by the headers that stand before it, a checksum that holds.
    static func mendRecord(_ file: inout [UInt8], around place: Int) {
        guard file.count >= 4096 else { return }
        for offset in stride(from: min(place, file.count) / 8 * 8, through: 4096, by: -8)
        where offset + 24 <= file.count {
            guard file[offset + 4..<offset + 8].elementsEqual(file[48..<52]) else { continue }
            let count = (16..<20).reversed().reduce(0) { $0 << 8 | Int(file[offset + $1]) }
            guard count <= file.count - offset - 24 else { return }
            let covered = Array(file[16..<32] + file[48..<56] + file[offset + 8..<offset + 24 + count])
            file.replaceSubrange(offset..<offset + 4, with: bytes(checksum(covered)))
            return
        }
    }

    /// Gives a cursor page a checksum that holds.
    static func mendCursor(_ file: inout [UInt8], page: Int) {
        guard page + 4096 <= file.count else { return }
        file.replaceSubrange(page + 4092..<page + 4096, with: bytes(checksum(file[page..<page + 4092])))
    }
}
