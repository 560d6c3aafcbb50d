import Glibc
import LinuxSystem
import Synchronization

@testable import HostMetrics

/// A peer that speaks what a test tells it to, on a Unix socket of its own: one connection after another, each by the
/// next of its scripts.
final class BusPeer: Sendable {
    /// One connection, as the peer sees it.
    struct Connection {
        let number: Int32

        func send(_ bytes: [UInt8]) { _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        func send(_ text: String) { send(Array(text.utf8)) }

        /// Reads until `end` has come; nil when the other side has closed before.
        func receive(until end: String) -> [UInt8]? {
            var bytes: [UInt8] = []
            var byte: UInt8 = 0
            while !bytes.suffix(end.utf8.count).elementsEqual(end.utf8) {
                guard recv(number, &byte, 1, 0) == 1 else { return nil }
                bytes.append(byte)
            }
            return bytes
        }

        /// The next call: its serial number, and the last of its strings, which says what is wanted.
        func call() -> (serial: UInt32, name: String)? {
            guard var bytes = receive(16) else { return nil }
            let prefix = bytes.withUnsafeBytes { try? BusMessage.prefix($0) }
            guard let prefix, let rest = receive(prefix.messageByteCount - 16) else { return nil }
            bytes += rest
            let serial = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self) }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return (serial, words.last { $0.utf8.count > 1 } ?? "")
        }

        /// The handshake as a bus does it, and Hello.
        func welcome() {
            _ = receive(until: "\r\n")
            send("OK 0123456789abcdef0123456789abcdef\r\n")
            _ = receive(until: "BEGIN\r\n")
            if let hello = call() { answer(hello.serial, "s", [2, 0, 0, 0] + Array(":1".utf8) + [0]) }
        }

        func answer(_ serial: UInt32, _ types: String, _ body: [UInt8]) {
            send(message(fields: signatureField(types) + Self.answering(serial), body: body))
        }

        func refuse(_ serial: UInt32, _ name: String = "a.b.Error") {
            var field: [UInt8] = [4, 1, UInt8(ascii: "s"), 0, UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8) + [0]
            while field.count % 8 != 0 { field.append(0) }
            send(message(kind: 3, fields: field + Self.answering(serial)))
        }

        private static func answering(_ serial: UInt32) -> [UInt8] {
            [5, 1, UInt8(ascii: "u"), 0] + withUnsafeBytes(of: serial.littleEndian) { Array($0) }
        }

        private func receive(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            guard count == 0 || recv(number, &bytes, count, Int32(MSG_WAITALL)) == count else { return nil }
            return bytes
        }
    }

    typealias Script = @Sendable (Connection) -> Void

    let path: String
    private let listener: FileDescriptor
    private let current = Mutex<Int32>(-1)

    var address: String { "unix:path=" + path }

    /// The last of the scripts is for all connections that come after.
    init(_ name: String, _ scripts: Script...) throws {
        path = "/tmp/wayside-bus-\(name)-\(Machine.processID())"
        listener = try UnixSocket.listen(path: path)
        let number = listener.number
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags & ~O_NONBLOCK)
        try DedicatedThread.start(name: "bus-peer") { [self] in
            var next = 0
            while true {
                let accepted = accept(number, nil, nil)
                guard accepted >= 0 else { return }
                current.withLock { $0 = accepted }
                scripts[min(next, scripts.count - 1)](Connection(number: accepted))
                next += 1
                current.withLock { $0 = -1 }
                close(accepted)
            }
        }
    }

    /// Ends the listening and the connection under way, so that the thread ends.
    func stop() {
        shutdown(listener.number, Int32(SHUT_RDWR))
        current.withLock { if $0 >= 0 { shutdown($0, Int32(SHUT_RDWR)) } }
        unlink(path)
    }
}
