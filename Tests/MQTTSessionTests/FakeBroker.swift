import Glibc
import LinuxSystem
import Synchronization
import TestPeers

/// A socket that answers each CONNECT with the bytes a test gives, for brokers that are not to be had any more.
final class FakeBroker: Sendable {
    let port: Int
    private let state: Shared

    private final class Shared: Sendable {
        /// The protocol level byte of each CONNECT: 4 is 3.1.1, 5 is 5.
        let levels = Mutex<[UInt8]>([])
    }

    /// `answer` gets the CONNECT's level and gives the bytes to send; none closes the connection.
    init(answer: @escaping @Sendable (UInt8) -> [UInt8]) throws {
        let port = try LoopbackPort.free()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard LoopbackPort.withAddress(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
            throw PeerError("cannot listen on \(port)")
        }
        self.port = port
        let state = Shared()
        self.state = state
        try DedicatedThread.start(name: "fake-broker") {
            // It serves until the test process ends; a handful of descriptors is all it keeps.
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = read(connection, &buffer, buffer.count)
                guard count > 12, buffer[0] == 0x10, let name = buffer[..<count].firstRange(of: Array("MQTT".utf8))
                else {
                    close(connection)
                    continue
                }
                let level = buffer[name.upperBound]
                state.levels.withLock { $0.append(level) }
                let bytes = answer(level)
                if bytes.isEmpty || write(connection, bytes, bytes.count) < 0 { close(connection) }
            }
        }
    }

    var url: String { "mqtt://127.0.0.1:\(port)" }
    var levels: [UInt8] { state.levels.withLock { $0 } }
}
