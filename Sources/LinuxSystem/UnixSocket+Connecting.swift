internal import CLinux
internal import Glibc

extension UnixSocket {
    /// Where a Unix socket listens.
    package enum Place: Hashable, Sendable, CustomStringConvertible {
        case path(String)
        /// A name that is in no filesystem.
        case abstract(String)

        package var description: String {
            switch self {
            case .path(let path): path
            case .abstract(let name): "@" + name
            }
        }
    }

    /// Connects a stream socket. Each later call on it, and this one, comes back after the timeout at the latest, with
    /// EAGAIN (`SystemError.isTimedOut`).
    package static func connection(to place: Place, timeoutMilliseconds: Int) throws(SystemError) -> FileDescriptor {
        let name = place.description
        var address = sockaddr_un()
        guard name.utf8.count <= pathByteLimit else {
            throw SystemError(call: "connect", path: name, errorNumber: ENAMETOOLONG)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: name.utf8)
            // The zero byte in front is what makes a name an abstract one.
            if case .abstract = place { field[0] = 0 }
        }
        // An abstract name has the length that is said, a path ends at its zero.
        let byteCount = MemoryLayout<sa_family_t>.size + name.utf8.count
        let number = try retryingInterrupts("socket", name) {
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        let descriptor = FileDescriptor(adopting: number, path: name)
        var wait = timeval(
            tv_sec: timeoutMilliseconds / 1000, tv_usec: timeoutMilliseconds % 1000 * 1000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try retryingInterrupts("setsockopt", name) {
                setsockopt(number, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
            }
        }
        try retryingInterrupts("connect", name) {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(byteCount))
                }
            }
        }
        return descriptor
    }
}

extension FileDescriptor {
    /// Sends some of `bytes` into a socket, and says how many; a peer that has gone is EPIPE, without a signal.
    package func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try retryingInterrupts("send", path) {
            Glibc.send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// Receives up to `buffer.count` bytes from a socket; 0 when the peer has closed it.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retryingInterrupts("recv", path) { recv(number, buffer.baseAddress, buffer.count, 0) }
    }
}

extension SystemError {
    /// A socket's timeout has passed.
    package var isTimedOut: Bool { errorNumber == EAGAIN || errorNumber == ETIMEDOUT }
    /// The peer of a socket has gone.
    package var isDisconnected: Bool { errorNumber == EPIPE || errorNumber == ECONNRESET }
}
