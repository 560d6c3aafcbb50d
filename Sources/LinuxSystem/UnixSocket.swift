internal import Glibc

/// Listening Unix sockets.
package enum UnixSocket {
    package enum Failure: Error, Hashable, Sendable {
        /// A process accepts connections on the path.
        case inUse
        /// Something that is no socket is at the path.
        case notASocket
        /// The path has more bytes than the kernel's address holds.
        case pathTooLong(byteLimit: Int)
        case system(SystemError)
    }

    /// The bytes of `sun_path` without its closing zero (unix(7)).
    package static let pathByteLimit = 107

    /// Binds a listening stream socket at `path`, in place of one that a dead process left behind. Others cannot
    /// connect in between, because the mode is set before the name exists.
    package static func listen(
        path: String, permissions: UInt32 = 0o600, backlog: Int32 = 64
    ) throws(Failure) -> FileDescriptor {
        try removeStale(path)
        do throws(SystemError) {
            let socket = try make(path)
            // On Linux the mode of an unbound socket becomes the mode of its name, less the umask.
            try retryingInterrupts("fchmod", path) { fchmod(socket.number, mode_t(permissions)) }
            try retryingInterrupts("bind", path) { withAddress(path) { bind(socket.number, $0, $1) } }
            try retryingInterrupts("listen", path) { Glibc.listen(socket.number, backlog) }
            return socket
        } catch { throw error.errorNumber == EADDRINUSE ? .inUse : .system(error) }
    }

    private static func removeStale(_ path: String) throws(Failure) {
        guard path.utf8.count <= pathByteLimit else { throw .pathTooLong(byteLimit: pathByteLimit) }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket }
        do throws(SystemError) {
            let probe = try make(path)
            try retryingInterrupts("connect", path) { withAddress(path) { connect(probe.number, $0, $1) } }
        } catch {
            switch error.errorNumber {
            case ENOENT: return
            // Somebody listens, and its queue is full.
            case EAGAIN: throw .inUse
            case ECONNREFUSED:
                do throws(SystemError) { return try Files.remove(path) } catch { throw .system(error) }
            default: throw .system(error)
            }
        }
        throw .inUse
    }

    private static func make(_ path: String) throws(SystemError) -> FileDescriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = try retryingInterrupts("socket", path) { socket(AF_UNIX, kind, 0) }
        return FileDescriptor(adopting: number, path: path)
    }

    /// `path` must have been held against `pathByteLimit`.
    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
