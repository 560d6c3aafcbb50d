import Glibc
import LinuxSystem
import MetricModel
import RemoteWrite
import Synchronization
import TestPeers

/// A receiver of remote write that does what a script says, request by request, and keeps what it took.
final class ScriptedReceiver: Sendable {
    /// One request as it came.
    struct Exchange: Sendable {
        let step: ReceiverStep
        let format: WireFormat
        let records: RecordsHeader?
        let arrivalNanoseconds: Int64
        let sampleCount: Int
    }

    private struct State {
        var script: [ReceiverStep]
        var afterScript: ReceiverStep
        var exchanges: [Exchange] = []
        var taken = ReceivedSamples()
        /// What came in requests that were refused for good.
        var refused = ReceivedSamples()
        var faults: [String] = []
        var listener: Int32 = -1
        var connections: [Int32] = []
    }

    let name: String
    let port: Int
    private let state: Mutex<State>

    /// Listens at once. After `script` every request meets `afterScript`.
    init(_ name: String, _ script: [ReceiverStep] = [], then afterScript: ReceiverStep = .accept()) throws {
        self.name = name
        port = try LoopbackPort.free()
        state = Mutex(State(script: script, afterScript: afterScript))
        try comeBack()
    }

    deinit { goAway() }

    var url: String { "http://127.0.0.1:\(port)/api/v1/write" }
    var taken: ReceivedSamples { state.withLock { $0.taken } }
    var refused: ReceivedSamples { state.withLock { $0.refused } }
    var exchanges: [Exchange] { state.withLock { $0.exchanges } }
    var faults: [String] { state.withLock { $0.faults + $0.taken.faults } }
    /// How many steps of the script nobody has met yet.
    var remainingSteps: Int { state.withLock { $0.script.count } }

    /// From now on every request behind the script meets `step`.
    func follow(_ step: ReceiverStep) { state.withLock { $0.afterScript = step } }

    /// Closes the port and every connection.
    func goAway() {
        state.withLock { state in
            // The threads that use them close them; this only wakes them.
            for socket in [state.listener] + state.connections { shutdown(socket, Int32(SHUT_RDWR)) }
            state.listener = -1
        }
    }

    /// Listens again on the same port.
    func comeBack() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
        guard LoopbackPort.withAddress(port: port, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw PeerError("cannot listen on \(port): error \(errno)")
        }
        state.withLock { $0.listener = listener }
        try DedicatedThread.start(name: "receiver") { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { break }
                self.serve(connection)
            }
            close(listener)
        }
    }

    private func serve(_ socket: Int32) {
        state.withLock { $0.connections.append(socket) }
        do {
            try DedicatedThread.start(name: "connection") { [weak self] in
                let connection = RawConnection(socket)
                while let request = connection.nextRequest(), let self, self.answer(request, on: connection) {}
                self?.state.withLock { $0.connections.removeAll { $0 == socket } }
            }
        } catch {
            close(socket)
        }
    }
}

// MARK: - Answering

extension ScriptedReceiver {
    /// Answers one request; false when the connection is to end.
    private func answer(_ request: (headers: [String: String], body: [UInt8]), on connection: RawConnection) -> Bool {
        guard let (columns, format) = decode(request) else {
            connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return false
        }
        let step = state.withLock { state in
            let step = state.script.isEmpty ? state.afterScript : state.script.removeFirst()
            let exchange = Exchange(
                step: step, format: format,
                records: request.headers[RecordsHeader.name.lowercased()].flatMap { RecordsHeader(parsing: $0) },
                arrivalNanoseconds: Clocks.bootNanoseconds(), sampleCount: columns.sampleCount)
            check(exchange, against: state.exchanges).map { state.faults.append($0) }
            state.exchanges.append(exchange)
            return step
        }
        return perform(step, columns, format, connection)
    }

    private func decode(
        _ request: (headers: [String: String], body: [UInt8])
    ) -> (SampleColumns, WireFormat)? {
        do {
            return try ReceivedMessage.decode(request.headers, request.body)
        } catch {
            state.withLock { $0.faults.append("a request that cannot be decoded: \(error)") }
            return nil
        }
    }

    /// What may have arrived must never be mixed with what is new: two requests hold the same records or none in common.
    private func check(_ exchange: Exchange, against earlier: [Exchange]) -> String? {
        guard let new = exchange.records else { return "a request does not say which records it holds" }
        for old in earlier.compactMap(\.records) where old.ringHigh == new.ringHigh && old.ringLow == new.ringLow {
            let isSame = old.first == new.first && old.last == new.last
            if !isSame && old.first <= new.last && new.first <= old.last { return "\(new) overlaps with \(old)" }
            if isSame && old.part == new.part && old.partCount == new.partCount && old.checksum != new.checksum {
                return "\(new) has other samples than \(old)"
            }
        }
        return nil
    }

    private func take(_ columns: SampleColumns) { state.withLock { $0.taken.add(columns) } }

    private func perform(
        _ step: ReceiverStep, _ columns: SampleColumns, _ format: WireFormat, _ connection: RawConnection
    ) -> Bool {
        switch step {
        case .accept(let isClosing):
            take(columns)
            return connection.send(accepted(columns, format, isClosing: isClosing)) && !isClosing
        case .acceptAsVersion1, .acceptAllOrNothing:
            return performAsVersion1(step, columns, format, connection)
        case .acceptUpTo(let limit):
            if columns.sampleCount > limit { return connection.send(response(413)) }
            take(columns)
            return connection.send(accepted(columns, format, isClosing: false))
        case .answer(let status, let headers):
            if [400, 409, 422].contains(status) { state.withLock { $0.refused.add(columns) } }
            return connection.send(response(status, headers))
        case .throttle(let seconds, let isDate):
            return connection.send(response(429, retryAfter(seconds, asDate: isDate)))
        case .hang:
            connection.waitForClose()
        case .reset(let isStoring):
            if isStoring { take(columns) }
            connection.resetOnClose()
        case .closeWithin(let part):
            connection.send(
                part == .head
                    ? "HTTP/1.1 204 No Content\r\nX-Prometheus-Remote-Wri"
                    : "HTTP/1.1 500 Oh\r\nContent-Length: 99\r\n\r\nhalf")
        case .endless(let part):
            if part == .body { connection.send("HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n") }
            if part == .head { connection.send("HTTP/1.1 200 OK\r\n") }
            let filler = String(repeating: "x", count: 4096)
            while connection.send(part == .body ? "1000\r\n\(filler)\r\n" : "X-Filler: \(filler)\r\n") {}
        case .garbage:
            connection.send("SSH-2.0-OpenSSH_9.2\r\n")
        }
        return false
    }

    private func performAsVersion1(
        _ step: ReceiverStep, _ columns: SampleColumns, _ format: WireFormat, _ connection: RawConnection
    ) -> Bool {
        if format == .writeRequest2 { return connection.send(response(200)) }
        let isRefused = state.withLock { state in
            if step == .acceptAllOrNothing && state.taken.wouldBeRefused(columns) { return true }
            state.taken.add(columns)
            return false
        }
        return connection.send(response(isRefused ? 400 : 204))
    }

    private func accepted(_ columns: SampleColumns, _ format: WireFormat, isClosing: Bool) -> String {
        var headers: [String: String] = isClosing ? ["Connection": "close"] : [:]
        if format == .writeRequest2 {
            headers["X-Prometheus-Remote-Write-Samples-Written"] = String(columns.sampleCount)
        }
        return response(204, headers)
    }

    private func retryAfter(_ seconds: Int, asDate: Bool) -> [String: String] {
        guard asDate else { return ["Retry-After": String(seconds)] }
        let now = time(nil)
        return ["Date": ScriptedReceiver.date(now), "Retry-After": ScriptedReceiver.date(now + seconds)]
    }

    private func response(_ status: Int, _ headers: [String: String] = [:]) -> String {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let body = status / 100 == 2 ? "" : "the script says \(status)\n"
        let length = status == 204 ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return "HTTP/1.1 \(status) Scripted\r\n\(lines)\(length)\r\n\(body)"
    }

    /// An HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
