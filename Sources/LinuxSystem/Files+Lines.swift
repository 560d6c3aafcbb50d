internal import Glibc

extension Files {
    /// Calls `body` for each line of a file, without its line feed and valid within the call, holding no more of it than
    /// `lineByteLimit` bytes. Longer lines are left out; a file longer than `byteLimit` is an EFBIG error.
    package static func forEachLine(
        _ path: String, byteLimit: Int = 16 << 20, lineByteLimit: Int = 4096,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) {
        // Of what is no file the name is not waited for.
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * lineByteLimit, alignment: 16)
        defer { buffer.deallocate() }
        var (offset, held, isTooLong) = (Int64(0), 0, false)
        while true {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[held...]), at: offset)
            offset += Int64(count)
            guard offset <= byteLimit else { throw SystemError(call: "read", path: path, errorNumber: EFBIG) }
            held += count
            var start = 0
            while let feed = buffer[start..<held].firstIndex(of: UInt8(ascii: "\n")) {
                if !isTooLong && feed - start <= lineByteLimit {
                    body(UnsafeRawBufferPointer(rebasing: buffer[start..<feed]))
                }
                isTooLong = false
                start = feed + 1
            }
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<held])
            isTooLong = isTooLong || rest.count > lineByteLimit
            if count == 0 {
                if !rest.isEmpty && !isTooLong { body(rest) }
                return
            }
            held = isTooLong ? 0 : rest.count
            if held > 0 && start > 0 { buffer.copyMemory(from: rest) }
        }
    }
}
