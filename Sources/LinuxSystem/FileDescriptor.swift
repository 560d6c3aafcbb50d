package import Glibc

/// An open file, closed once when its owner goes.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number; valid while this value lives.
    package let number: Int32
    /// The path it was opened by, for errors.
    package let path: String

    /// Takes over a descriptor that somebody else opened.
    package init(adopting number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// open(2) with O_CLOEXEC added.
    package init(
        opening path: String, _ flags: Int32 = O_RDONLY, permissions: mode_t = 0o640
    ) throws(SystemError) {
        self.path = path
        self.number = try retryingInterrupts("open", path) {
            // The implicit conversion to a C string would copy it.
            path.withCString { open($0, flags | O_CLOEXEC, permissions) }
        }
    }

    deinit { close(number) }

    /// Reads up to `buffer.count` bytes at `offset`; 0 at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try retryingInterrupts("pread", path) { pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Reads up to `buffer.count` bytes at the file's own position; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retryingInterrupts("read", path) { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Writes all of `bytes` at `offset`, in as many calls as the kernel wants.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = try retryingInterrupts("pwrite", path) {
                pwrite(number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            if written == 0 { throw SystemError(call: "pwrite", path: path, errorNumber: EIO) }
            done += written
        }
    }

    /// Writes all of `bytes` at the file's own position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try retryingInterrupts("write", path) { Glibc.write(number, rest.baseAddress, rest.count) }
        }
    }

    /// A second descriptor of the same open file, for an owner that closes it itself (dup, with O_CLOEXEC).
    package func duplicate() throws(SystemError) -> Int32 {
        try retryingInterrupts("fcntl", path) { fcntl(number, F_DUPFD_CLOEXEC, 0) }
    }

    /// Makes the data and the size durable (fdatasync).
    package func synchroniseData() throws(SystemError) {
        try retryingInterrupts("fdatasync", path) { fdatasync(number) }
    }

    /// Makes data and metadata durable (fsync); on a directory, its entries.
    package func synchronise() throws(SystemError) {
        try retryingInterrupts("fsync", path) { fsync(number) }
    }

    package func truncate(to byteCount: Int64) throws(SystemError) {
        try retryingInterrupts("ftruncate", path) { ftruncate(number, off_t(byteCount)) }
    }

    /// The file's size in bytes.
    package func byteCount() throws(SystemError) -> Int64 {
        var status = stat()
        try retryingInterrupts("fstat", path) { fstat(number, &status) }
        return Int64(status.st_size)
    }

    /// Takes an exclusive advisory lock without waiting; false when another process holds it.
    package func tryLock() throws(SystemError) -> Bool {
        do {
            try retryingInterrupts("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch  where error.errorNumber == EWOULDBLOCK {
            return false
        }
    }
}
