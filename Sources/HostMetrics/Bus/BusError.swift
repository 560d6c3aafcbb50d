internal import LinuxSystem

/// Why something could not be asked over a bus.
enum BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is configured as the bus's address is none that we can use.
    case address(String)
    case system(SystemError)
    /// The other side closed the connection.
    case closed
    /// The answers were not there in time.
    case timedOut(milliseconds: Int)
    /// Nobody may connect as this user.
    case notAuthenticated(String)
    /// The bytes of a message are not what D-Bus says, from `byteOffset` of the message on.
    case damaged(byteOffset: Int, expected: String)
    case tooLong(byteCount: Int, limit: Int)
    /// The answer is well formed, and of other types than documented.
    case signature(expected: String, got: String)
    /// The call was answered by an error.
    case failed(call: String, name: String)

    /// Whether the peer has gone, which a new connection mends.
    var isDisconnected: Bool {
        switch self {
        case .closed: true
        case .system(let error): error.isDisconnected
        default: false
        }
    }

    var description: String {
        switch self {
        case .address(let text):
            "\"\(text)\" is no address of a bus that can be used; DBUS_SYSTEM_BUS_ADDRESS has to hold unix:path=…"
        case .system(let error): error.description
        case .closed: "the bus closed the connection"
        case .timedOut(let milliseconds): "no answer within \(milliseconds) ms"
        case .notAuthenticated(let line): "the bus does not know this user: \(line)"
        case .damaged(let byteOffset, let expected): "expected \(expected) at byte \(byteOffset) of a message"
        case .tooLong(let byteCount, let limit): "a message of \(byteCount) bytes, at most \(limit) are taken"
        case .signature(let expected, let got): "an answer of the type \"\(got)\", expected \"\(expected)\""
        case .failed(let call, let name): "\(call) was answered by \(name)"
        }
    }
}
