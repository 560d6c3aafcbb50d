package import Glibc

extension FileDescriptor {
    /// Makes a file for writing, or empties one.
    package init(creating path: String, permissions: mode_t = 0o644) throws(SystemError) {
        try self.init(opening: path, O_WRONLY | O_CREAT | O_TRUNC, permissions: permissions)
    }

    /// open(2) for reading that waits for nobody: a FIFO is open before somebody writes to it, and not readable until then.
    package init(openingWithoutWaiting path: String) throws(SystemError) {
        try self.init(opening: path, O_RDONLY | O_NONBLOCK)
    }

    /// open(2) of a regular file. What else has its name is an error, neither followed nor waited for: a symbolic link,
    /// a FIFO that nobody writes to, a device.
    package init(
        openingRegular path: String, _ flags: Int32 = O_RDONLY, permissions: mode_t = 0o640
    ) throws(SystemError) {
        // On a regular file O_NONBLOCK changes nothing.
        let file = try FileDescriptor(
            opening: path, flags | O_NOFOLLOW | O_NONBLOCK, permissions: permissions)
        guard try file.isRegular() else { throw SystemError(call: "open", path: path, errorNumber: EINVAL) }
        self = file
    }

    private borrowing func isRegular() throws(SystemError) -> Bool {
        var status = stat()
        try retryingInterrupts("fstat", path) { fstat(number, &status) }
        return status.st_mode & S_IFMT == S_IFREG
    }
}
