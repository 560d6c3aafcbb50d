internal import RingLog

/// The checksum at the end of each page of an SQLite file: CRC-32C over the page's number (little-endian) and all of
/// the page before the checksum. SQLite leaves the last `byteCount` bytes of a page alone when byte 20 of the file says
/// so ("reserved space", SQLite's file format, 1.3.4), and every other reader of SQLite files skips them.
///
/// Every byte of a file is in a page, so every flipped bit is found; the number is in it, so that a page in another's
/// place is found too.
enum PageChecksum {
    static let byteCount = 4

    /// What the last bytes of the page should be.
    static func value(of page: UnsafeRawBufferPointer, number: UInt32) -> UInt32 {
        let before = withUnsafeBytes(of: number.littleEndian) { Checksum.crc32c($0) }
        return Checksum.crc32c(UnsafeRawBufferPointer(rebasing: page.dropLast(byteCount)), after: before)
    }

    static func isRight(_ page: UnsafeRawBufferPointer, number: UInt32) -> Bool {
        let stored = page.loadUnaligned(fromByteOffset: page.count - byteCount, as: UInt32.self)
        return UInt32(littleEndian: stored) == value(of: page, number: number)
    }

    static func write(to page: UnsafeMutableRawBufferPointer, number: UInt32) {
        let sum = value(of: UnsafeRawBufferPointer(page), number: number)
        page.storeBytes(of: sum.littleEndian, toByteOffset: page.count - byteCount, as: UInt32.self)
    }

    /// The page that SQLite never uses, because its locks are on that byte of the file ("lock-byte page", SQLite's file
    /// format, 1.4). It has no checksum.
    static func isLockPage(_ number: Int64, pageByteCount: Int) -> Bool {
        number == 0x4000_0000 / Int64(pageByteCount) + 1
    }

    /// The page size that a file's first bytes give; nil where they begin no SQLite file with room for the checksums.
    static func pageByteCount(_ start: UnsafeRawBufferPointer) -> Int? {
        guard start.count > 20, Int(start[20]) == byteCount else { return nil }
        // 1 stands for 65,536.
        let stated = Int(start[16]) << 8 | Int(start[17])
        let pageByteCount = stated == 1 ? 65_536 : stated
        guard (512...65_536).contains(pageByteCount), pageByteCount & (pageByteCount - 1) == 0 else { return nil }
        return pageByteCount
    }
}
