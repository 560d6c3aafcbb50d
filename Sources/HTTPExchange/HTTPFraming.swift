internal import NIOCore

/// The bytes of an answer on the wire (RFC 9112).
enum HTTPFraming {
    /// How the end of a body is known.
    enum Length {
        case bytes(Int)
        case chunked
        /// For HTTP/1.0, which knows no chunks: the close ends it.
        case untilClose
    }

    static func head(
        _ status: HTTPStatus, headers: HTTPHeaders, length: Length, terms: HTTPAnswerTerms, keepsAlive: Bool,
        date: String
    ) -> ByteBuffer {
        var text = "HTTP/1.1 \(status.code) \(status.reason)\r\n"
        for field in headers.fields where !isFraming(field.name) && isToken(field.name) {
            text += field.name
            text += ": "
            text += clean(field.value)
            text += "\r\n"
        }
        text += "Date: \(date)\r\n"
        switch length {
        case .bytes where status.hasNoBody: break
        case .bytes(let count): text += "Content-Length: \(count)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .untilClose: break
        }
        if !keepsAlive {
            text += "Connection: close\r\n"
        } else if !terms.isVersion11 {
            text += "Connection: keep-alive\r\n"
        }
        text += "\r\n"
        return ByteBuffer(string: text)
    }

    static let continuation = "HTTP/1.1 100 Continue\r\n\r\n"

    static func chunk(_ bytes: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(bytes.count + 20)
        buffer.writeString(String(bytes.count, radix: 16) + "\r\n")
        buffer.writeBytes(bytes)
        buffer.writeString("\r\n")
        return buffer
    }

    static let lastChunk = "0\r\n\r\n"

    /// Fields that the server writes itself.
    private static func isFraming(_ name: String) -> Bool {
        ["Content-Length", "Transfer-Encoding", "Connection", "Date"].contains { HTTPHeaders.isSame($0, name) }
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
    }

    /// A value without the line ends that would let it begin a field of its own.
    static func clean(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { return value }
        return String(decoding: value.utf8.map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
    }
}
