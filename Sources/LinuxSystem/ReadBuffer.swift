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
    ///
    /// `endsAtShortRead` saves the last call, which would answer 0, for files that the kernel writes in one piece
    /// (/sys attributes, /proc files of one record); files of many records may come in several short pieces.
    func fill(from file: borrowing FileDescriptor, endsAtShortRead: Bool) throws(SystemError) {
        count = 0
        while true {
            if count == storage.count { try grow(for: file.path) }
            let free = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
            let got = try file.read(into: free, at: Int64(count))
            count += got
            if got == 0 || (endsAtShortRead && got < free.count) { return }
        }
    }

    /// Ends what the last read left, for a reader that puts its bytes here piece by piece.
    func clear() { count = 0 }

    /// Memory of at least `byteCount` bytes behind those that are there; what is put into it counts once it is kept.
    func room(_ byteCount: Int, for path: String) throws(SystemError) -> UnsafeMutableRawBufferPointer {
        while storage.count - count < byteCount { try grow(for: path) }
        return UnsafeMutableRawBufferPointer(rebasing: storage[count...])
    }

    /// Keeps the first `byteCount` bytes of the room.
    func keep(_ byteCount: Int) {
        precondition(byteCount <= storage.count - count)
        count += byteCount
    }

    private func grow(for path: String) throws(SystemError) {
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
