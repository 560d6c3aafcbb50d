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
        return String(text.map { $0.unicodeScalars.allSatisfy(HTTPReply.isPrintable) ? $0 : " " })
    }

    /// Whether it is no control character of ASCII, nor one of those behind it that some terminals obey.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 32 && !(127...159).contains(scalar.value)
    }
}
