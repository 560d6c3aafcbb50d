internal import CSnappy

/// The Snappy block format, which is what remote write compresses with; the framed format is another one.
///
/// Source: google/snappy `format_description.txt`; remote write 1.0, "Protocol".
package enum SnappyBlock {
    /// A block's length is a 32-bit number (format description, 1. Preamble).
    private static let formatByteLimit = Int(UInt32.max)

    /// Replaces `output` by the compressed form of `bytes`, keeping its memory.
    package static func compress(_ bytes: [UInt8], into output: inout [UInt8]) throws(RemoteWriteError) {
        guard bytes.count <= formatByteLimit else {
            throw RemoteWriteError.tooLargeToCompress(byteCount: bytes.count)
        }
        var length = snappy_max_compressed_length(bytes.count)
        resize(&output, to: length)
        let status = bytes.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { room in
                snappy_compress(
                    input.assumingMemoryBound(to: CChar.self).baseAddress, input.count,
                    room.assumingMemoryBound(to: CChar.self).baseAddress, &length)
            }
        }
        precondition(status == SNAPPY_OK, "the buffer has the size that Snappy asked for")
        output.removeLast(output.count - length)
    }

    /// Replaces `output` by the decompressed form of `bytes`, keeping its memory.
    ///
    /// The length that the block declares is held against `byteLimit` before any memory is taken.
    package static func decompress(
        _ bytes: UnsafeRawBufferPointer, byteLimit: Int, into output: inout [UInt8]
    ) throws(RemoteWriteError) {
        let input = bytes.assumingMemoryBound(to: CChar.self)
        var declared = 0
        guard snappy_uncompressed_length(input.baseAddress, input.count, &declared) == SNAPPY_OK else {
            throw RemoteWriteError.notSnappy(compressedByteCount: bytes.count)
        }
        guard declared <= byteLimit else {
            throw RemoteWriteError.decompressedTooLarge(declaredByteCount: declared, byteLimit: byteLimit)
        }
        // A copy element of three bytes makes at most 64: what declares more than that is a lie told for memory.
        guard declared <= bytes.count * 32 else {
            throw RemoteWriteError.notSnappy(compressedByteCount: bytes.count)
        }
        resize(&output, to: declared)
        var written = declared
        let status = output.withUnsafeMutableBytes { room in
            snappy_uncompress(
                input.baseAddress, input.count, room.assumingMemoryBound(to: CChar.self).baseAddress, &written)
        }
        guard status == SNAPPY_OK, written == declared else {
            throw RemoteWriteError.notSnappy(compressedByteCount: bytes.count)
        }
    }

    /// `decompress` for an array.
    package static func decompress(
        _ bytes: [UInt8], byteLimit: Int, into output: inout [UInt8]
    ) throws(RemoteWriteError) {
        // The closure cannot carry a typed error through `withUnsafeBytes`, so it hands one out.
        let result: Result<Void, RemoteWriteError> = bytes.withUnsafeBytes { raw in
            do throws(RemoteWriteError) {
                try decompress(raw, byteLimit: byteLimit, into: &output)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Gives `output` exactly `count` bytes whose values do not matter: Snappy writes them, or what was made is given up.
    private static func resize(_ output: inout [UInt8], to count: Int) {
        if output.count >= count {
            output.removeLast(output.count - count)
        } else {
            output = [UInt8](unsafeUninitializedCapacity: count) { $1 = count }
        }
    }
}
