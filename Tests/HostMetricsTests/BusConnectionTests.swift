import Glibc
import LinuxSystem
import Testing

@testable import HostMetrics

/// The handshake, and calls over a real socket to peers that behave in all ways.
@Suite struct BusConnectionTests {
    private static let calls = BusCall.property(path: Array("/a".utf8), interface: "b.C", name: "Value")

    private func client(_ address: String, milliseconds: Int = 20_000) -> BusClient {
        BusClient(address: address, destination: "org.freedesktop.systemd1", timeoutMilliseconds: milliseconds)
    }

    /// Makes `count` calls in a run and answers the numbers in the answers, in the order in which they came.
    private func ask(_ client: BusClient, _ count: Int = 1) throws(BusError) -> [String] {
        client.begin()
        var answers: [String] = []
        try client.exchange(count) { _ in
            Self.calls
        } answer: { index, message throws(BusError) in
            answers.append("\(index):\(message.isError ? "error" : "\(try message.propertyUInt32())")")
        }
        return answers
    }

    private static func number(_ value: UInt8) -> [UInt8] { [1, UInt8(ascii: "u"), 0, 0, value, 0, 0, 0] }

    @Test func theHandshakeOfABus() throws {
        var authentication = BusAuthentication(userID: 1000)
        #expect(authentication.opening == [0] + Array("AUTH EXTERNAL 31303030\r\n".utf8))
        #expect(try receive(&authentication, "OK 1234") == .begin(Array("BEGIN\r\n".utf8)))
        // In a user namespace the number is another one than here.
        authentication = BusAuthentication(userID: 0)
        #expect(try receive(&authentication, "REJECTED EXTERNAL") == .send(Array("AUTH EXTERNAL\r\n".utf8)))
        #expect(try receive(&authentication, "DATA") == .send(Array("DATA\r\n".utf8)))
        #expect(try receive(&authentication, "OK") == .begin(Array("BEGIN\r\n".utf8)))
    }

    @Test(arguments: [
        ["REJECTED EXTERNAL", "REJECTED EXTERNAL"], ["ERROR \"no\""], [""], ["DATA"], ["OKAY"], ["ok"],
        ["REJECTED", "DATA", "DATA", "DATA", "DATA", "DATA", "DATA", "DATA", "DATA"],
    ])
    func noHandshake(_ lines: [String]) throws {
        var authentication = BusAuthentication(userID: 0)
        for line in lines.dropLast() { _ = try receive(&authentication, line) }
        #expect(throws: BusError.self) { try receive(&authentication, lines.last ?? "") }
    }

    private func receive(_ authentication: inout BusAuthentication, _ line: String) throws -> BusAuthentication.Step {
        try Array(line.utf8).withUnsafeBytes { try authentication.receive($0) }
    }

    @Test(
        arguments: [
            ("unix:path=/run/x", ["/run/x"]), ("unix:path=/run/x,guid=12;unix:abstract=/tmp/y", ["/run/x", "@/tmp/y"]),
            ("tcp:host=a,port=1;unix:guid=1,path=/a%20b%2c", ["/a b,"]), ("", nil), ("unix:", nil), ("/run/x", nil),
            ("unix:path=", nil), ("unix:path=/a%0", nil), ("unix:path=/a%00b", nil), ("unix:path=/a%zz", nil),
            ("unix:path=/%ff", nil), ("unix:runtime=yes", nil),
        ] as [(String, [String]?)])
    func addresses(_ text: String, _ places: [String]?) {
        do throws(BusError) {
            let found = try BusAddress.places(text)
            #expect(found.map(\.description) == places)
        } catch { #expect(places == nil && error == .address(text)) }
    }

    /// Signals, calls of others, answers to nothing and answers that come again are read over; the order is free.
    @Test func answersInAnyOrderAmongOtherMessages() throws {
        let peer = try BusPeer("order") { peer in
            peer.welcome()
            let serials = (0..<3).compactMap { _ in peer.call()?.serial }
            peer.send(BusGolden.signal)
            peer.answer(serials[2], "v", Self.number(2))
            peer.answer(serials[2], "v", Self.number(9))
            peer.answer(4_000_000, "v", Self.number(9))
            peer.send(message(kind: 1, fields: []))
            peer.send(message(kind: 200, fields: []))
            peer.answer(serials[0], "v", Self.number(0))
            peer.refuse(serials[1])
            _ = peer.call()
        }
        defer { peer.stop() }
        #expect(try ask(client(peer.address), 3) == ["2:2", "0:0", "1:error"])
    }

    @Test func atMostSoManyCallsAreUnderWay() throws {
        let peer = try BusPeer("many") { peer in
            peer.welcome()
            var serials: [UInt32] = []
            while let call = peer.call() {
                serials.append(call.serial)
                guard serials.count == 20 || serials.count == BusLimits.callsUnderWay else { continue }
                var byte: UInt8 = 0
                let isMore = recv(peer.number, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 1
                // 84 calls: twice as many as may be under way, and what is left.
                if serials.count == 20, isMore { continue }
                for serial in serials { peer.answer(serial, "v", Self.number(isMore ? 1 : 0)) }
                serials = []
            }
        }
        defer { peer.stop() }
        let answers = try ask(client(peer.address), 2 * BusLimits.callsUnderWay + 20)
        #expect(answers.count == 2 * BusLimits.callsUnderWay + 20)
        #expect(answers.allSatisfy { $0.hasSuffix(":0") })
    }

    /// The bus was started anew between two runs: nobody sees it. Where it goes away in the middle, the run fails and the
    /// next one is asked over a new connection.
    @Test func aNewConnectionAfterTheBusHasGone() throws {
        let answerOne: BusPeer.Script = { peer in
            peer.welcome()
            if let call = peer.call() { peer.answer(call.serial, "v", Self.number(1)) }
        }
        let peer = try BusPeer("again", answerOne, answerOne, { $0.welcome() }, answerOne)
        defer { peer.stop() }
        let client = client(peer.address)
        #expect(try ask(client) == ["0:1"])
        #expect(try ask(client) == ["0:1"])
        #expect(client.connectionCount == 2)
        #expect(throws: BusError.self) { try ask(client) }
        #expect(try ask(client) == ["0:1"])
        #expect(client.connectionCount == 4)
    }

    @Test(arguments: [
        ("half", 20, BusError.closed), ("length", 0, .damaged(byteOffset: 4, expected: "a message of at most 128 MiB")),
        ("types", 1, .signature(expected: "v", got: "u")),
        ("long", 2, .tooLong(byteCount: (2 << 20) + 1 + 32, limit: 2 << 20)),
    ])
    func answersThatAreNone(_ name: String, _ kind: Int, _ expected: BusError) throws {
        let peer = try BusPeer("none-\(name)") { peer in
            peer.welcome()
            guard let call = peer.call() else { return }
            switch kind {
            case 0: peer.send(message(fields: answersSeven, bodyCount: 0x1000_0000))
            case 1: peer.answer(call.serial, "u", [1, 0, 0, 0])
            case 2: peer.send(message(fields: signatureField("v") + answersSeven, bodyCount: 2 << 20 | 1))
            default: peer.send(Array(BusGolden.number32.prefix(kind)))
            }
        }
        defer { peer.stop() }
        #expect(throws: expected) { try ask(client(peer.address)) }
    }

    /// A peer that says nothing, and one that never ends: the run ends by itself.
    @Test(arguments: [false, true])
    func theRunEnds(_ isDripping: Bool) throws {
        let peer = try BusPeer("slow-\(isDripping)") { peer in
            peer.welcome()
            peer.send(message(kind: 4, fields: [], bodyCount: 1 << 20))
            var byte: UInt8 = 0
            repeat {
                if isDripping { peer.send([0]) }
                Clocks.sleep(milliseconds: 5)
            } while recv(peer.number, &byte, 1, Int32(MSG_DONTWAIT)) != 0
        }
        defer { peer.stop() }
        #expect(throws: BusError.timedOut(milliseconds: 300)) { try ask(client(peer.address, milliseconds: 500)) }
    }

    @Test func aLineWithoutEnd() throws {
        let peer = try BusPeer("line") { peer in
            peer.send([UInt8](repeating: UInt8(ascii: "O"), count: 2 * BusLimits.lineByteCount))
            _ = peer.call()
        }
        defer { peer.stop() }
        do throws(BusError) {
            _ = try ask(client(peer.address))
            Issue.record("it was taken")
        } catch {
            guard case .tooLong(_, BusLimits.lineByteCount) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func nothingBeforeTheFirstCall() throws {
        let peer = try BusPeer("early") { peer in
            _ = peer.receive(until: "\r\n")
            peer.send("OK 12\r\nmore")
            _ = peer.receive(until: "BEGIN\r\n")
        }
        defer { peer.stop() }
        #expect(throws: BusError.damaged(byteOffset: 0, expected: "nothing before the first call")) {
            try ask(client(peer.address))
        }
    }

    @Test func nobodyListens() {
        for (path, number) in [
            ("/tmp/wayside-no-bus", ENOENT), ("/" + String(repeating: "x", count: 107), ENAMETOOLONG),
        ] {
            #expect(throws: BusError.system(SystemError(call: "connect", path: path, errorNumber: number))) {
                try ask(client("unix:path=" + path))
            }
        }
        #expect(
            throws: BusError.system(SystemError(call: "connect", path: "@wayside-no-bus", errorNumber: ECONNREFUSED))
        ) {
            try ask(client("unix:abstract=wayside-no-bus"))
        }
    }
}
