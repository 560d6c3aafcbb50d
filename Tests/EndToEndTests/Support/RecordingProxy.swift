import Glibc
import LinuxSystem
import Synchronization
import TestPeers

/// A proxy before a hub's remote write. It passes requests and answers through as they come, and keeps the requests that
/// the hub acknowledged: those are what the hub has promised to have.
final class RecordingProxy: Sendable {
    private struct State {
        var acknowledged: [ReceivedMessage] = []
        var answers: [String: Int] = [:]
        var answersWithoutPatience = 0
        var connections: [Int32] = []
    }

    let port: Int
    private let hubPort: Int
    private let listener: Int32
    private let state = Mutex(State())

    init(before hub: RunningHub) throws {
        hubPort = hub.port
        port = try LoopbackPort.free()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
        guard LoopbackPort.withAddress(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw PeerError("cannot listen on \(port): error \(errno)")
        }
        try DedicatedThread.start(name: "proxy") { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { break }
                self.serve(connection)
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ $0.connections }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    var url: String { "http://127.0.0.1:\(port)/api/v1/write" }
    /// Requests that the hub answered with 2xx.
    var acknowledged: [ReceivedMessage] { state.withLock { $0.acknowledged } }
    var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }
    /// How often the hub answered with each status; with "none" where the connection ended before it did.
    var answers: [String: Int] { state.withLock { $0.answers } }
    /// Answers of 503 that did not say when to come again.
    var answersWithoutPatience: Int { state.withLock { $0.answersWithoutPatience } }

    /// Waits until the hub has acknowledged so many requests more than when this was called.
    func waitForAcknowledgements(_ count: Int) async throws {
        let before = acknowledgedCount
        try await Web.shared.wait(for: "\(count) acknowledged requests; answers so far: \(answers)") {
            acknowledgedCount >= before + count
        }
    }

    /// Who sent what the hub has acknowledged so far, by `senderName`.
    var acknowledgedSenders: Set<String> { Set(acknowledged.map(RecordingProxy.senderName)) }

    /// An agent's id, or the program's name of another sender.
    static func senderName(_ message: ReceivedMessage) -> String {
        if let agent = message.headers["wayside-agent"] { return agent }
        return (message.headers["user-agent"] ?? "").lowercased().split(separator: "/").first.map(String.init) ?? ""
    }

    private func serve(_ socket: Int32) {
        state.withLock { $0.connections.append(socket) }
        do {
            try DedicatedThread.start(name: "proxied") { [weak self] in
                let sender = RawConnection(socket)
                var hub: RawConnection?
                while let request = sender.nextMessage(), let self {
                    hub = hub ?? RawConnection(to: self.hubPort)
                    guard let hub, self.exchange(request, from: sender, with: hub) else { break }
                }
                self?.state.withLock { $0.connections.removeAll { $0 == socket } }
            }
        } catch {
            close(socket)
        }
    }

    /// Passes one request on and the answer back; false where either end has gone.
    private func exchange(
        _ request: (firstLine: String, headers: [String: String], body: [UInt8]), from sender: RawConnection,
        with hub: RawConnection
    ) -> Bool {
        guard hub.send(RecordingProxy.head(request.firstLine, request.headers), body: request.body),
            let answer = hub.nextMessage()
        else {
            state.withLock { $0.answers["none", default: 0] += 1 }
            return false
        }
        let status = answer.firstLine.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        state.withLock { state in
            state.answers[status, default: 0] += 1
            if status.hasPrefix("2") {
                state.acknowledged.append(ReceivedMessage(headers: request.headers, body: request.body))
            }
            if status == "503", (answer.headers["retry-after"].flatMap { Int($0) } ?? 0) < 1 {
                state.answersWithoutPatience += 1
            }
        }
        return sender.send(RecordingProxy.head(answer.firstLine, answer.headers), body: answer.body)
    }

    private static func head(_ firstLine: String, _ headers: [String: String]) -> String {
        firstLine + "\r\n" + headers.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
    }
}
