import Glibc
import TestValues
import Testing

@testable import LinuxSystem

/// The walk over netlink messages, what counts as an answer, and the socket at the live kernel.
@Suite struct NetlinkTests {
    /// A message as netlink(7) has it, padded to four bytes.
    private static func message(
        _ type: UInt16, flags: UInt16 = 2, sequence: UInt32 = 7, body: [UInt8] = [], count: UInt32? = nil
    ) -> [UInt8] {
        var bytes = bytes(count ?? UInt32(16 + body.count)) + bytes(type) + bytes(flags) + bytes(sequence)
        bytes += [0, 0, 0, 0] + body
        while bytes.count % 4 != 0 { bytes.append(0) }
        return bytes
    }

    private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func take(
        _ datagram: [UInt8], _ reply: inout NetlinkReply
    ) throws -> (kept: [UInt8], outcome: NetlinkReply.Outcome) {
        var memory = datagram
        let part = try memory.withUnsafeMutableBytes { try reply.take($0) }
        return (Array(memory[..<part.keptByteCount]), part.outcome)
    }

    @Test func messagesOfAnAnswer() throws {
        var reply = NetlinkReply(sequence: 7)
        let (one, two) = (Self.message(24, body: [1, 2, 3, 4]), Self.message(24, body: [5, 6, 7]))
        // What an earlier request was answered, and a message without meaning, are left out.
        let stale = Self.message(24, sequence: 6, body: [9, 9, 9, 9, 9, 9, 9, 9])
        let first = try Self.take(stale + one + Self.message(1) + two, &reply)
        #expect(first.kept == one + two && first.outcome == .unfinished)
        let last = try Self.take(one + Self.message(3, body: [0, 0, 0, 0]) + two, &reply)
        #expect(last.kept == one && last.outcome == .finished && !reply.isInterrupted)
    }

    @Test func oneMessageIsAWholeAnswerUnlessItSaysOtherwise() throws {
        var reply = NetlinkReply(sequence: 7)
        let one = Self.message(16, flags: 0, body: [1, 2, 3, 4])
        #expect(try Self.take(one, &reply).outcome == .finished)
        // NLM_F_MULTI and NLM_F_DUMP_INTR.
        #expect(try Self.take(Self.message(16, flags: 2 | 16), &reply).outcome == .unfinished)
        #expect(reply.isInterrupted)
    }

    @Test(
        arguments: [
            (message(2, flags: 0, body: [0, 0, 0, 0]), .finished), (message(3), .finished),
            (message(2, flags: 0, body: bytes(Int32(-1))), .refused(errorNumber: EPERM)),
            (message(2, flags: 0, body: bytes(Int32(-95)) + [0, 0]), .refused(errorNumber: EOPNOTSUPP)),
            (message(2, body: bytes(Int32.min)), .refused(errorNumber: .min)),
            (message(3, body: bytes(Int32(-19))), .refused(errorNumber: ENODEV)),
            (message(4), .refused(errorNumber: ENOBUFS)),
        ] as [([UInt8], NetlinkReply.Outcome)])
    func endings(_ datagram: [UInt8], _ outcome: NetlinkReply.Outcome) throws {
        var reply = NetlinkReply(sequence: 7)
        let result = try Self.take(datagram, &reply)
        #expect(result.kept.isEmpty && result.outcome == outcome)
        // Of another request it is no ending.
        var other = NetlinkReply(sequence: 8)
        #expect(try Self.take(datagram, &other).outcome == .unfinished)
    }

    @Test(
        arguments: [
            ([1, 2, 3], 0, "the head of a message"), (Array(message(24).dropLast()), 0, "the head of a message"),
            (message(24, count: 15), 0, "a message that ends within the answer"),
            (message(24, count: 0), 0, "a message that ends within the answer"),
            (message(24, count: 17), 0, "a message that ends within the answer"),
            (message(24, count: .max), 0, "a message that ends within the answer"),
            (message(24) + message(24, count: 4096), 16, "a message that ends within the answer"),
            (message(2, body: [1, 2, 3]), 16, "an error number"),
        ] as [([UInt8], Int, String)])
    func damagedDatagrams(_ datagram: [UInt8], _ offset: Int, _ expected: String) {
        var reply = NetlinkReply(sequence: 7)
        #expect(throws: DamagedNetlink(byteOffset: offset, expected: expected)) {
            try Self.take(datagram, &reply)
        }
    }

    /// Any bytes come to an end, and what is kept of them is messages.
    @Test func anyBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("netlink: seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            var datagram = Self.message(24, body: [1, 2, 3]) + Self.message(24, flags: 18) + Self.message(3)
            datagram = Array(datagram.prefix(Int(random.next() % 60)))
            for _ in 0..<random.next() % 4 where !datagram.isEmpty {
                datagram[Int(random.next() % UInt64(datagram.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            var reply = NetlinkReply(sequence: 7)
            guard let part = try? Self.take(datagram, &reply) else { continue }
            #expect(part.kept.count <= datagram.count)
            try part.kept.withUnsafeBytes { kept in
                var messages = NetlinkMessages(kept)
                while let message = try messages.next() {
                    #expect(message.sequence == 7 && message.body.upperBound <= kept.count)
                }
            }
        }
    }

    /// The interfaces of this machine: RTM_GETLINK, of which `lo` is the first.
    private static let links = NetlinkRequest(name: "netlink links", type: 18, body: [UInt8](repeating: 0, count: 16))

    @Test func theKernelAnswers() throws {
        let socket = NetlinkSocket(.route)
        // Smaller than a datagram may be.
        let buffer = ReadBuffer(byteCount: 64)
        for _ in 0..<3 {
            let bytes = try socket.ask(Self.links, into: buffer)
            var messages = NetlinkMessages(bytes)
            var count = 0
            while let message = try messages.next() {
                #expect(message.type == 16 && message.flags & 2 == 2)
                count += 1
            }
            #expect(count > 0)
            #expect(bytes.count > 1000 * count)
        }
    }

    @Test func aRefusalLeavesTheSocketOpen() throws {
        let socket = NetlinkSocket(.route)
        let buffer = ReadBuffer()
        let nonsense = NetlinkRequest(name: "netlink nonsense", type: 18, isDump: false, body: [0, 0])
        let error = #expect(throws: SystemError.self) { _ = try socket.ask(nonsense, into: buffer) }
        #expect(error == SystemError(call: "ask", path: "netlink nonsense", errorNumber: EINVAL))
        #expect(try socket.ask(Self.links, into: buffer).count > 1000)
    }

    @Test func noAnswerIsATimeout() throws {
        let socket = NetlinkSocket(.route, timeoutMilliseconds: 20)
        let buffer = ReadBuffer()
        // NLMSG_NOOP, which the kernel reads over.
        let silent = NetlinkRequest(name: "netlink silence", type: 1, isDump: false, body: [])
        let error = #expect(throws: SystemError.self) { _ = try socket.ask(silent, into: buffer) }
        #expect(error == SystemError(call: "recvfrom", path: "netlink silence", errorNumber: ETIMEDOUT))
    }

    @Test func anAnswerOverTheLimitIsRefused() throws {
        let socket = NetlinkSocket(.route)
        let error = #expect(throws: SystemError.self) {
            _ = try socket.ask(Self.links, into: ReadBuffer(byteCount: 1024, byteLimit: 32 << 10))
        }
        #expect(error?.errorNumber == EFBIG && error?.path == "netlink links")
    }

    /// A dump that is interrupted is asked for again, and at last taken as it is.
    @Test(arguments: [(0, 1), (1, 2), (2, 3), (9, 3)]) func interruptedDumps(_ interruptions: Int, _ attempts: Int)
        throws
    {
        var count = 0
        try NetlinkSocket.attempt {
            count += 1
            return count > interruptions
        }
        #expect(count == attempts)
    }

    @Test func whatRefusesASocket() {
        for number in [EAFNOSUPPORT, EPERM, EACCES] {
            #expect(SystemError(call: "socket", path: "", errorNumber: number).isSocketRefused)
        }
        #expect(!SystemError(call: "ask", path: "", errorNumber: EPERM).isSocketRefused)
        #expect(!SystemError(call: "socket", path: "", errorNumber: EMFILE).isSocketRefused)
    }
}
