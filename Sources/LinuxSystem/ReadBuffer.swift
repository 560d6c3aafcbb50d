/// Memory that files are read into again and again; it grows to fit and is never larger than `byteLimit`.
///
/// Not shared between threads. What `bytes` gives is valid until the next read into the buffer.
package final class ReadBuffer {
    package let byteLimit: Int
    private var storage: UnsafeMutableRawBufferPointer
    /// How many bytes the last read left.
    package fileprivate(set) var count = 0

    package init(byteCount: Int = 16 << 10, byteLimit: Int = 4 << 20) {
        precondition(byteCount > 0 && byteCount <= byteLimit)
        self.byteLimit = byteLimit
        storage = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// The bytes of the last read.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[..<count])
    }

    /// The whole memory, for a call that fills it with records; ends what the last read left.
    var forRecords: UnsafeMutableRawBufferPointer {
        count = 0
        return storage
    }

    /// Reads `file` from its start to its end.
    func fill(from file: borrowing FileDescriptor, _ ending: FileEnding) throws(SystemError) {
        count = 0
        var filled = 0
        while true {
            if filled == storage.count { try grow(keeping: filled, for: file.path) }
            let free = UnsafeMutableRawBufferPointer(rebasing: storage[filled...])
            let got = try file.read(into: free, at: Int64(filled))
            filled += got
            if got == 0 || (got < free.count && ReadBuffer.isLast(got, ending)) { break }
        }
        count = filled
    }

    /// Whether a read of fewer bytes than there was room for was the file's last.
    private static func isLast(_ byteCount: Int, _ ending: FileEnding) -> Bool {
        switch ending {
        case .shortRead: true
        case .roomForRecord(ofAtMost: let longest): byteCount + longest < Machine.pageByteCount
        case .emptyRead: false
        }
    }

    /// Ends what the last read left, for a reader that puts its bytes here piece by piece.
    func clear() { count = 0 }

    /// Memory of at least `byteCount` bytes behind those that are there; what is put into it counts once it is kept.
    func room(_ byteCount: Int, for path: String) throws(SystemError) -> UnsafeMutableRawBufferPointer {
        while storage.count - count < byteCount { try grow(keeping: count, for: path) }
        return UnsafeMutableRawBufferPointer(rebasing: storage[count...])
    }

    /// Keeps the first `byteCount` bytes of the room.
    func keep(_ byteCount: Int) {
        precondition(byteCount <= storage.count - count)
        count += byteCount
    }

    private func grow(keeping count: Int, for path: String) throws(SystemError) {
        guard storage.count < byteLimit else {
            throw SystemError(call: "read", path: path, errorNumber: SystemError.fileTooBig)
        }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(storage.count * 2, byteLimit), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = larger
    }
}
