internal import Glibc

/// What changes when a file is replaced or written: enough to know whether to read it again.
package struct FileStamp: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64
    package let byteCount: Int64
    /// When its contents were last changed, in nanoseconds since 1970; the furthest there is for times beyond 2262.
    package let modifiedUnixNanoseconds: Int64
    /// False for directories, FIFOs, sockets and devices, behind any links.
    package let isRegularFile: Bool

    /// Asks the file at `path`.
    package init(asking path: String) throws(SystemError) {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { throw SystemError.last("stat", path) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        byteCount = Int64(status.st_size)
        modifiedUnixNanoseconds = status.st_mtim.unixNanoseconds
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
    }

    /// The stamp of the file at `path`, or nil where there is none that can be asked.
    package init?(of path: String) {
        do throws(SystemError) { try self.init(asking: path) } catch { return nil }
    }
}
