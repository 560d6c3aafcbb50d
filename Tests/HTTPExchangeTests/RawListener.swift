import Glibc

/// A listening TCP socket whose connections do what a test says.
final class RawListener: Sendable {
    private let number: Int32
    let port: Int

    init(backlog: Int32 = 16) throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        guard result == 0, listen(number, backlog) == 0 else {
            throw RawPeer.Failure(call: "listen", errorNumber: errno)
        }
        var length = size
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        self.number = number
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(number) }

    func accept() throws -> RawPeer {
        let peer = Glibc.accept(number, nil, nil)
        guard peer >= 0 else { throw RawPeer.Failure(call: "accept", errorNumber: errno) }
        return RawPeer(adopting: peer)
    }

    /// Accepts one connection, reads a request's head, sends `answer`, and closes.
    func answerOnce(_ answer: String) async throws {
        try await blocking {
            let peer = try self.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send(answer)
        }
    }
}
