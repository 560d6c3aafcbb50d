import Glibc
import LinuxSystem
import Testing

/// Runs blocking work on a thread of its own, so that tests do not hold the few threads that handlers run on.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try DedicatedThread.start(name: "raw-peer") { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// A plain TCP socket that says exactly what it is told to.
final class RawPeer: Sendable {
    struct Failure: Error { let call: String, errorNumber: Int32 }

    let number: Int32

    init(port: Int) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", errorNumber: errno) }
    }

    /// Takes over an accepted socket.
    init(adopting number: Int32) { self.number = number }

    deinit { close(number) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(call: "send", errorNumber: errno) }
            rest = rest.dropFirst(count)
        }
    }

    func closeSending() { shutdown(number, Int32(SHUT_WR)) }

    /// Makes close send a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Up to `limit` bytes; none at the end.
    func receive(limit: Int = 64 << 10) throws -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let received = recv(number, buffer.baseAddress, buffer.count, 0)
            if received < 0 { failed = errno }
            count = max(0, received)
        }
        if failed != 0 { throw Failure(call: "recv", errorNumber: failed) }
        return bytes
    }

    /// Everything until the peer closes.
    func receiveAll() throws -> String {
        var bytes: [UInt8] = []
        while case let part = try receive(), !part.isEmpty { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything up to and including `mark`.
    func receive(until mark: String) throws -> String {
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).contains(mark) {
            let part = try receive(limit: 1)
            if part.isEmpty { break }
            bytes += part
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
