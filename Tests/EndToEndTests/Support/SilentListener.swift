import Glibc
import TestPeers

/// A port that takes connections and never answers: the kernel accepts them, nobody reads.
final class SilentListener {
    let port: Int
    private let socket: Int32

    init() throws {
        port = try LoopbackPort.free()
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard LoopbackPort.withAddress(port: port, { bind(socket, $0, $1) }) == 0, listen(socket, 64) == 0 else {
            throw PeerError("cannot listen on \(port): error \(errno)")
        }
    }

    deinit { close(socket) }
}
