internal import CChecksum

/// CRC-32C over raw bytes.
package enum Checksum {
    /// The checksum of `bytes` after others whose checksum was `before` (0 to begin).
    package static func crc32c(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        wayside_crc32c(before, bytes.baseAddress, bytes.count)
    }

    /// The same by tables, which is what processors without an instruction for it use.
    package static func tableCRC32C(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        wayside_crc32c_table(before, bytes.baseAddress, bytes.count)
    }

    /// The same by the processor's instruction, or nil where it has none.
    package static func hardwareCRC32C(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32? {
        guard wayside_crc32c_has_hardware() else { return nil }
        return wayside_crc32c_hardware(before, bytes.baseAddress, bytes.count)
    }
}
