internal import LinuxSystem

/// One open connection to a bus, or to a service that speaks D-Bus without one.
///
/// After an error it is of no more use: what comes next on it may be half a message.
final class BusConnection {
    private let socket: FileDescriptor
    private let inbox: BusInbox
    private let destination: StaticString
    private var writer = BusWriter()
    private var nextSerial: UInt32 = 1
    /// When the calls of this run have to be through.
    private var deadline: BusDeadline

    /// Connects to the first of `places` that answers, and says who we are. `destination` is the service's name, empty
    /// where it is itself at the other end. Nothing of what an earlier connection left in `inbox` is used.
    init(
        to places: [UnixSocket.Place], destination: StaticString, socketTimeoutMilliseconds: Int, inbox: BusInbox,
        deadline: BusDeadline
    ) throws(BusError) {
        socket = try Self.connect(places, socketTimeoutMilliseconds, deadline)
        self.destination = destination
        self.inbox = inbox
        self.deadline = deadline
        inbox.removeAll()
        try authenticate()
        guard destination.utf8CodeUnitCount > 0 else { return }
        try exchange(1, deadline) { _ in
            .hello
        } answer: { _, message throws(BusError) in
            if message.isError { throw .failed(call: "Hello", name: Self.text(message.errorName)) }
        }
    }

    /// Makes `count` calls, several at a time, and hands over each answer with the number of its call. What the answer
    /// gives is valid until `answer` returns.
    func exchange(
        _ count: Int, _ deadline: BusDeadline, call: (Int) -> BusCall,
        answer: (Int, BusMessage) throws(BusError) -> Void
    ) throws(BusError) {
        self.deadline = deadline
        var done = 0
        while done < count {
            let some = min(count - done, BusLimits.callsUnderWay)
            let serial = nextSerial
            writer.removeAll()
            for index in 0..<some {
                writer.append(call(done + index), serial: serial &+ UInt32(index), destination: destination)
            }
            // Serial numbers are never 0; after 4 billion calls they begin again, well before they would overflow.
            nextSerial = serial > UInt32.max - 1_000_000 ? 1 : serial + UInt32(some)
            try send(writer.bytes)
            try receive(some, firstSerial: serial) { (index, message) throws(BusError) in
                try answer(done + index, message)
            }
            done += some
        }
    }

    private func receive(
        _ count: Int, firstSerial: UInt32, answer: (Int, BusMessage) throws(BusError) -> Void
    ) throws(BusError) {
        // A bit for each call whose answer has come.
        var answered: UInt64 = 0
        while answered.nonzeroBitCount < count {
            guard let message = try inbox.next() else {
                try fill()
                continue
            }
            // Signals, calls of others and answers to nothing are not for us.
            guard message.prefix.isReply, let serial = message.replySerial, serial >= firstSerial,
                serial - firstSerial < UInt32(count), answered & 1 << UInt64(serial - firstSerial) == 0
            else {
                try deadline.check()
                continue
            }
            answered |= 1 << UInt64(serial - firstSerial)
            try answer(Int(serial - firstSerial), message)
        }
    }

    private func authenticate() throws(BusError) {
        var authentication = BusAuthentication(userID: Machine.userID())
        try send(authentication.opening)
        while true {
            let line = try receiveLine()
            switch try authentication.receive(line) {
            case .send(let bytes):
                inbox.drop(line.count + 2)
                try send(bytes)
            case .begin(let bytes):
                inbox.drop(line.count + 2)
                guard inbox.bytes.isEmpty else {
                    throw .damaged(byteOffset: 0, expected: "nothing before the first call")
                }
                return try send(bytes)
            }
        }
    }

    private func receiveLine() throws(BusError) -> UnsafeRawBufferPointer {
        while true {
            let bytes = inbox.bytes
            for index in bytes.indices.dropLast()
            where bytes[index] == UInt8(ascii: "\r") && bytes[index + 1] == UInt8(ascii: "\n") {
                return UnsafeRawBufferPointer(rebasing: bytes[..<index])
            }
            guard bytes.count < BusLimits.lineByteCount else {
                throw .tooLong(byteCount: bytes.count, limit: BusLimits.lineByteCount)
            }
            try fill()
        }
    }

    private func fill() throws(BusError) {
        let room = inbox.room()
        while true {
            try deadline.check()
            do throws(SystemError) {
                let byteCount = try socket.receive(into: room)
                guard byteCount > 0 else { break }
                return inbox.received(byteCount)
            } catch  where error.isTimedOut { continue } catch { throw .system(error) }
        }
        throw .closed
    }

    private func send(_ bytes: [UInt8]) throws(BusError) {
        var failure: BusError?
        bytes.withUnsafeBytes { bytes in
            do throws(BusError) { try send(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws(BusError) {
        var rest = bytes
        while !rest.isEmpty {
            try deadline.check()
            do throws(SystemError) {
                rest = UnsafeRawBufferPointer(rebasing: rest[try socket.send(rest)...])
            } catch  where error.isTimedOut { continue } catch { throw .system(error) }
        }
    }

    private static func connect(
        _ places: [UnixSocket.Place], _ timeoutMilliseconds: Int, _ deadline: BusDeadline
    ) throws(BusError) -> FileDescriptor {
        var failure: SystemError?
        for place in places {
            try deadline.check()
            do throws(SystemError) {
                return try UnixSocket.connection(to: place, timeoutMilliseconds: timeoutMilliseconds)
            } catch { failure = failure ?? error }
        }
        throw failure.map { .system($0) } ?? .address("")
    }

    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix(200), as: UTF8.self)
    }
}
