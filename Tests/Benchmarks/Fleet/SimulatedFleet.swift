import Glibc

/// Gateways that each send a request an interval, spread evenly over it; one thread waits for all of them.
struct SimulatedFleet {
    struct Failure: Error { let call: String, errorNumber: Int32 }

    private struct Gateway {
        var socket: Int32
        /// When its request was sent that has no answer yet.
        var sentAt: Int?
        var turn = 0
        var received: [UInt8] = []
    }

    private let template: RequestTemplate
    private let address: sockaddr_in
    private let intervalNanoseconds: Int
    /// Those whose request has no answer yet; only these are waited for, so that idle ones cost nothing.
    private var waiting: [Int] = []
    private var gateways: [Gateway] = []
    private var message: [UInt8] = []
    private var body: [UInt8] = []
    private(set) var figures = FleetFigures()

    init(_ template: RequestTemplate, port: UInt16, gateways count: Int, intervalMilliseconds: Int) throws {
        self.template = template
        intervalNanoseconds = intervalMilliseconds * 1_000_000
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        self.address = address
        for _ in 0..<count {
            gateways.append(Gateway(socket: -1))
            try connectAgain(gateways.count - 1)
        }
    }

    mutating func beginMeasuring() { figures = FleetFigures() }

    private mutating func connectAgain(_ number: Int) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = address
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", errorNumber: errno) }
        gateways[number].socket = socket
        gateways[number].sentAt = nil
        gateways[number].received = []
    }

    /// Has every gateway send so many times.
    mutating func run(turns: Int) throws {
        let begin = FleetFigures.now()
        for place in 0..<gateways.count * turns {
            let due = begin + place * intervalNanoseconds / gateways.count
            while case let rest = due - FleetFigures.now(), rest > 0 { takeAnswers(waiting: rest) }
            takeAnswers(waiting: 0)
            try send(place % gateways.count)
        }
        let end = begin + turns * intervalNanoseconds
        while case let rest = end - FleetFigures.now(), rest > 0 { takeAnswers(waiting: rest) }
    }

    /// Until all have been answered, or nothing has come for a while.
    mutating func waitForAnswers() {
        let limit = FleetFigures.now() + 30_000_000_000
        while !waiting.isEmpty, FleetFigures.now() < limit {
            takeAnswers(waiting: 100_000_000)
        }
    }

    private mutating func send(_ number: Int) throws {
        if gateways[number].sentAt != nil {
            figures.skipped += 1
            return
        }
        if gateways[number].socket < 0 { try connectAgain(number) }
        gateways[number].turn += 1
        let turn = gateways[number].turn
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        try template.make(
            number, turn: turn, unixMilliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000,
            message: &message, body: &body)
        let request = Array(head(number, turn, body.count).utf8) + body
        gateways[number].sentAt = FleetFigures.now()
        waiting.append(number)
        figures.sent(body.count)
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(gateways[number].socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The answer, or the end, is seen by who reads.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func head(_ number: Int, _ turn: Int, _ byteCount: Int) -> String {
        let name = RequestTemplate.name(number)
        return "POST /api/v1/write HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: wayside-agent/0.1\r\n"
            + "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request\r\n"
            + "Content-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: 2.0.0\r\nWayside-Agent: \(name)\r\n"
            + "Wayside-Records: ring=00000000-0000-4000-8000-0000000\(name.dropFirst(3));first=\(turn);last=\(turn);"
            + "part=1/1;crc=00000000\r\nContent-Length: \(byteCount)\r\n\r\n"
    }

    private mutating func takeAnswers(waiting nanoseconds: Int) {
        var interests = waiting.map { pollfd(fd: gateways[$0].socket, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(min(max(nanoseconds / 1_000_000, nanoseconds > 0 ? 1 : 0), 1000))
        guard poll(&interests, nfds_t(interests.count), milliseconds) > 0 else { return }
        for (number, interest) in zip(waiting, interests) where interest.revents != 0 { read(number) }
        waiting.removeAll { gateways[$0].sentAt == nil }
    }

    private mutating func read(_ number: Int) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(gateways[number].socket, &bytes, bytes.count, 0)
        guard count > 0 else {
            close(gateways[number].socket)
            gateways[number].socket = -1
            gateways[number].sentAt = nil
            figures.closed += 1
            return
        }
        gateways[number].received += bytes.prefix(count)
        guard let sentAt = gateways[number].sentAt, let status = Self.status(gateways[number].received) else { return }
        figures.answered(status, nanoseconds: FleetFigures.now() - sentAt)
        gateways[number].sentAt = nil
        gateways[number].received = []
    }

    /// The status of an answer that is whole.
    private static func status(_ bytes: [UInt8]) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let end = lines.firstIndex(of: "") else { return nil }
        let length = lines[..<end].first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != " " }.dropFirst()) }
        let rest = lines[(end + 1)...].joined(separator: "\r\n").utf8.count
        guard rest >= length ?? 0 else { return nil }
        return Int(lines[0].split(separator: " ")[1])
    }
}
