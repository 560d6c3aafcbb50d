internal import CLinux
internal import Glibc

/// A socket to one of the kernel's netlink services, opened when it is first asked and kept.
///
/// Not shared between threads. Whatever goes wrong on the way closes it, so that a late answer is never taken for that to
/// another request; only a refusal by the kernel leaves it open.
package final class NetlinkSocket {
    package enum Service: Int32, Sendable {
        /// NETLINK_ROUTE: interfaces, routes, queueing disciplines.
        case route = 0
        /// NETLINK_GENERIC: what modules of the kernel have registered by name.
        case generic = 16
    }

    /// The kernel sends no datagram of a dump that is longer.
    private static let datagramByteLimit = 32 << 10
    /// How often a dump is asked for that was interrupted each time; then it is taken as it is.
    private static let attemptLimit = 3

    private let service: Service
    private let timeoutMilliseconds: Int
    private var descriptor: FileDescriptor?
    private var sequence: UInt32 = 0

    package init(_ service: Service, timeoutMilliseconds: Int = 2_000) {
        self.service = service
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Asks, and answers the messages that tell something, one behind the other in `buffer`; valid until its next read.
    package func ask(
        _ request: NetlinkRequest, into buffer: ReadBuffer
    ) throws(SystemError) -> UnsafeRawBufferPointer {
        try Self.attempt { () throws(SystemError) in try askOnce(request, buffer) }
        return buffer.bytes
    }

    /// Calls `body` until it is true, and at most three times.
    static func attempt(_ body: () throws(SystemError) -> Bool) throws(SystemError) {
        for _ in 1..<attemptLimit {
            if try body() { return }
        }
        _ = try body()
    }

    /// False where what was told changed while it was told.
    private func askOnce(_ request: NetlinkRequest, _ buffer: ReadBuffer) throws(SystemError) -> Bool {
        do throws(SystemError) {
            if descriptor == nil { descriptor = try open(request.name) }
            sequence &+= 1
            buffer.clear()
            try send(request, buffer)
            var reply = NetlinkReply(sequence: sequence)
            var outcome = NetlinkReply.Outcome.unfinished
            let deadline = Clocks.monotonicNanoseconds() + Int64(timeoutMilliseconds) * 1_000_000
            while outcome == .unfinished {
                // Datagrams of others do not make it wait longer.
                guard Clocks.monotonicNanoseconds() < deadline else { throw Self.timeout(request.name) }
                guard let datagram = try receive(request.name, buffer) else { continue }
                let part = try Self.checked(request.name) { () throws(DamagedNetlink) in try reply.take(datagram) }
                buffer.keep(part.keptByteCount)
                outcome = part.outcome
            }
            guard case .refused(let errorNumber) = outcome else { return !reply.isInterrupted }
            throw SystemError(call: "ask", path: request.name, errorNumber: errorNumber)
        } catch {
            if error.call != "ask" { descriptor = nil }
            throw error
        }
    }

    private func open(_ name: String) throws(SystemError) -> FileDescriptor {
        let kind = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try retryingInterrupts("socket", name) { socket(AF_NETLINK, kind, service.rawValue) }
        let descriptor = FileDescriptor(adopting: number, path: name)
        var limit = timeval()
        limit.tv_sec = timeoutMilliseconds / 1000
        limit.tv_usec = timeoutMilliseconds % 1000 * 1000
        try retryingInterrupts("setsockopt", name) {
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        return descriptor
    }

    /// The message is put together where its answer will be.
    private func send(_ request: NetlinkRequest, _ buffer: ReadBuffer) throws(SystemError) {
        let count = NetlinkMessage.headByteCount + request.body.count
        let message = UnsafeMutableRawBufferPointer(
            rebasing: try buffer.room(count, for: request.name)[..<count])
        message.storeBytes(of: UInt32(count), as: UInt32.self)
        message.storeBytes(of: request.type, toByteOffset: 4, as: UInt16.self)
        let flags = NLM_F_REQUEST | (request.isDump ? NLM_F_ROOT | NLM_F_MATCH : 0)
        message.storeBytes(of: UInt16(flags), toByteOffset: 6, as: UInt16.self)
        message.storeBytes(of: sequence, toByteOffset: 8, as: UInt32.self)
        // The kernel gives the socket its address, which it knows the answer's by.
        message.storeBytes(of: 0, toByteOffset: 12, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: message[NetlinkMessage.headByteCount...]).copyBytes(from: request.body)
        let number = try number(request.name)
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        try retryingInterrupts("sendto", request.name) {
            withUnsafePointer(to: &kernel) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(number, message.baseAddress, count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
    }

    /// The next datagram, in the room behind what is kept; nil for one that is not from the kernel.
    private func receive(
        _ name: String, _ buffer: ReadBuffer
    ) throws(SystemError) -> UnsafeMutableRawBufferPointer? {
        let room = try buffer.room(Self.datagramByteLimit, for: name)
        let number = try number(name)
        var sender = sockaddr_nl()
        let count: Int
        do throws(SystemError) {
            count = try retryingInterrupts("recvfrom", name) {
                withUnsafeMutablePointer(to: &sender) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                        var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
                        // MSG_TRUNC: the datagram's own length, even where it is longer than the room.
                        return recvfrom(
                            number, room.baseAddress, room.count, Int32(MSG_TRUNC), address, &length)
                    }
                }
            }
        } catch { throw error.errorNumber == EAGAIN ? Self.timeout(name) : error }
        guard count <= room.count else { throw SystemError(call: "recvfrom", path: name, errorNumber: EMSGSIZE) }
        return sender.nl_pid == 0 ? UnsafeMutableRawBufferPointer(rebasing: room[..<count]) : nil
    }

    private func number(_ name: String) throws(SystemError) -> Int32 {
        guard let number = descriptor?.number else {
            throw SystemError(call: "socket", path: name, errorNumber: EBADF)
        }
        return number
    }

    private static func timeout(_ name: String) -> SystemError {
        SystemError(call: "recvfrom", path: name, errorNumber: ETIMEDOUT)
    }

    private static func checked<Result>(
        _ name: String, _ body: () throws(DamagedNetlink) -> Result
    ) throws(SystemError) -> Result {
        do throws(DamagedNetlink) { return try body() } catch { throw SystemError.unreadable(name) }
    }
}

extension SystemError {
    /// What a kind of socket that the service may not open answers: seccomp of RestrictAddressFamilies=.
    package var isSocketRefused: Bool {
        call == "socket" && [EAFNOSUPPORT, EACCES, EPERM].contains(errorNumber)
    }
}
