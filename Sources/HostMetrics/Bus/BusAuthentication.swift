/// The handshake in front of the messages (SASL EXTERNAL): lines in, lines out.
///
/// The user is named by its number, as every client does. Where that is refused, it is left to the bus to take the number
/// from the kernel: in a user namespace it may be another than the one that is seen here.
struct BusAuthentication {
    enum Step: Equatable {
        case send([UInt8])
        /// Send these, and messages may follow.
        case begin([UInt8])
    }

    private let userID: UInt32
    private var isSecondAttempt = false
    private var lineCount = 0

    init(userID: UInt32) {
        self.userID = userID
    }

    /// What is sent first. The zero byte carried credentials once.
    var opening: [UInt8] {
        let digits = String(userID).utf8.map { "3" + String($0 & 0x0f) }.joined()
        return [0] + Array("AUTH EXTERNAL \(digits)\r\n".utf8)
    }

    /// What follows a line of the bus, which is given without its end.
    mutating func receive(_ line: UnsafeRawBufferPointer) throws(BusError) -> Step {
        lineCount += 1
        let text = String(decoding: line.prefix(200), as: UTF8.self)
        guard lineCount <= BusLimits.lineCount else {
            throw .tooLong(byteCount: lineCount, limit: BusLimits.lineCount)
        }
        switch text.prefix(while: { $0 != " " }) {
        case "OK": return .begin(Array("BEGIN\r\n".utf8))
        case "DATA" where isSecondAttempt: return .send(Array("DATA\r\n".utf8))
        case "REJECTED" where !isSecondAttempt:
            isSecondAttempt = true
            return .send(Array("AUTH EXTERNAL\r\n".utf8))
        default: throw .notAuthenticated(text)
        }
    }
}
