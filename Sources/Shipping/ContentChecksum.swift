package import MetricModel

/// The checksum of `Wayside-Records`: over the samples of a part, and over nothing that a second try may change
/// (protocol version, help, compression).
package enum ContentChecksum {
    /// For each series of the part: the byte count of its packed labels (u32), the labels, the number of its samples
    /// in the part (u32), their times (i64) and their values' bits (u64), all little-endian.
    ///
    /// - Parameters:
    ///   - samples: the part's range of the sample columns.
    ///   - crc32c: continues a CRC-32C, begun with 0, over further bytes.
    package static func compute(
        _ columns: borrowing SampleColumns, samples: Range<Int>, crc32c: (UInt32, UnsafeRawBufferPointer) -> UInt32
    ) -> UInt32 {
        var checksum: UInt32 = 0
        for row in columns.rows {
            let kept = row.samples.clamped(to: samples)
            guard !kept.isEmpty else { continue }
            withUnsafeBytes(of: UInt32(row.labels.count).littleEndian) { checksum = crc32c(checksum, $0) }
            columns.labelBytes.withUnsafeBytes {
                checksum = crc32c(checksum, UnsafeRawBufferPointer(rebasing: $0[row.labels]))
            }
            withUnsafeBytes(of: UInt32(kept.count).littleEndian) { checksum = crc32c(checksum, $0) }
            // All platforms are little-endian (DESIGN.md), so the columns' memory has the documented order.
            columns.unixMilliseconds[kept].withUnsafeBytes { checksum = crc32c(checksum, $0) }
            columns.values[kept].withUnsafeBytes { checksum = crc32c(checksum, $0) }
        }
        return checksum
    }
}
