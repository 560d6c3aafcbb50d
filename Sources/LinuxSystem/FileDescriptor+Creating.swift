package import Glibc

extension FileDescriptor {
    /// Makes a file for writing, or empties one.
    package init(creating path: String, permissions: mode_t = 0o644) throws(SystemError) {
        try self.init(opening: path, O_WRONLY | O_CREAT | O_TRUNC, permissions: permissions)
    }
}
