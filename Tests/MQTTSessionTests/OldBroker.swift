import Glibc
import LinuxSystem
import TestPeers

/// A real mosquitto behind a relay that refuses MQTT 5, as a broker of ten years ago does.
final class OldBroker: Sendable {
    let port: Int

    init(before broker: MosquittoBroker) throws {
        let port = try LoopbackPort.free()
        let target = broker.port
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard LoopbackPort.withAddress(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
            throw PeerError("cannot listen on \(port)")
        }
        self.port = port
        try DedicatedThread.start(name: "old-broker") {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                // A relay that cannot be started shows as a connection closed without an answer.
                do { try Self.serve(client, target: target) } catch { close(client) }
            }
        }
    }

    private static func serve(_ client: Int32, target: Int) throws {
        var connect = [UInt8](repeating: 0, count: 4096)
        let count = read(client, &connect, connect.count)
        guard count > 12, let name = connect[..<count].firstRange(of: Array("MQTT".utf8)) else {
            throw PeerError("not a CONNECT")
        }
        if connect[name.upperBound] != 4 {
            let refusal: [UInt8] = [0x20, 2, 0, 1]
            _ = write(client, refusal, refusal.count)
            close(client)
            return
        }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard LoopbackPort.withAddress(port: target, { Glibc.connect(server, $0, $1) }) == 0,
            write(server, connect, count) == count
        else { throw PeerError("the real broker does not listen") }
        try DedicatedThread.start(name: "relay-up") { pump(from: client, to: server) }
        try DedicatedThread.start(name: "relay-down") { pump(from: server, to: client) }
    }

    /// Passes bytes on until one side closes, then tells the other. The descriptors stay open until the test
    /// process ends, so that no number is used again under the other thread's hands.
    private static func pump(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count <= 0 { break }
            var done = 0
            while done < count {
                let written = buffer.withUnsafeBytes { bytes in
                    send(sink, bytes.baseAddress.map { $0 + done }, count - done, Int32(MSG_NOSIGNAL))
                }
                if written <= 0 { break }
                done += written
            }
            if done < count { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    var url: String { "mqtt://127.0.0.1:\(port)" }
}
