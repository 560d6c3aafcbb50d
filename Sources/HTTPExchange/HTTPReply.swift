/// What a server answered to the client, read whole.
package struct HTTPReply: Hashable, Sendable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first line of the body for a log or an error, control characters replaced, at most `characterLimit` long.
    package func firstLine(characterLimit: Int = 200) -> String {
        let line = body.prefix(characterLimit * 4).prefix { $0 != 10 && $0 != 13 }
        let text = String(decoding: line, as: UTF8.self).prefix(characterLimit)
        return String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? $0 : " " })
    }
}
