import Glibc
import TestPeers

/// One connection of a `ScriptedReceiver` or a `RecordingProxy`: blocking reads and writes of bytes, so that an answer can
/// be as wrong as it pleases.
final class RawConnection {
    private let socket: Int32
    private var buffer: [UInt8] = []

    init(_ socket: Int32) { self.socket = socket }

    /// Connects to a loopback port; nil where nobody listens.
    init?(to port: Int) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0, LoopbackPort.withAddress(port: port, { connect(socket, $0, $1) }) == 0 else { return nil }
    }

    deinit { close(socket) }

    /// The next request's headers, by lower-case name, and its body; nil when the peer has closed.
    func nextRequest() -> (headers: [String: String], body: [UInt8])? {
        nextMessage().map { ($0.headers, $0.body) }
    }

    /// The next request or answer: its first line, its headers by lower-case name, and its body, whose length they say.
    func nextMessage() -> (firstLine: String, headers: [String: String], body: [UInt8])? {
        while true {
            if let end = headEnd {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                let headers = RawConnection.headers(head)
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                while buffer.count < end + 4 + length { guard readMore() else { return nil } }
                let body = Array(buffer[(end + 4)..<(end + 4 + length)])
                buffer.removeFirst(end + 4 + length)
                return (String(head.prefix { $0 != "\r\n" }), headers, body)
            }
            guard readMore() else { return nil }
        }
    }

    /// Sends all of it; false when the peer has gone.
    @discardableResult
    func send(_ text: String, body: [UInt8] = []) -> Bool {
        var rest = (Array(text.utf8) + body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Makes closing send a reset instead of an orderly end.
    func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    /// All that comes until the peer closes.
    func readToEnd() -> [UInt8] {
        while readMore() {}
        defer { buffer = [] }
        return buffer
    }

    /// Waits until the peer closes.
    func waitForClose() { while readMore() {} }

    private var headEnd: Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first { buffer[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private static func headers(_ head: String) -> [String: String] {
        var headers: [String: String] = [:]
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return headers
    }
}
