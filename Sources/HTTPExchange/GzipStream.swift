internal import CZlib

/// Compresses a body that comes in pieces; used by one task at a time.
final class GzipStream {
    /// zlib keeps a pointer back to this struct, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The fast level; 15 bits of window and 16 for the gzip header; 8 is zlib's default memory level.
        let started = deflateInit2_(
            stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(started == Z_OK, "zlib and its header agree")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// What is ready after `bytes`; often nothing, since zlib collects.
    func append(_ bytes: [UInt8]) -> [UInt8] { run(bytes, flush: Z_NO_FLUSH) }

    func finish() -> [UInt8] { run([], flush: Z_FINISH) }

    private func run(_ bytes: [UInt8], flush: Int32) -> [UInt8] {
        precondition(bytes.count <= UInt32.max, "a piece of a body is smaller than 4 GiB")
        var input = bytes
        var output: [UInt8] = []
        input.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            var isFull = true
            while isFull {
                let piece = [UInt8](unsafeUninitializedCapacity: max(512, bytes.count / 4)) { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(clamping: buffer.count)
                    let room = Int(stream.pointee.avail_out)
                    deflate(stream, flush)
                    count = room - Int(stream.pointee.avail_out)
                    isFull = stream.pointee.avail_out == 0
                }
                output += piece
            }
        }
        return output
    }
}
