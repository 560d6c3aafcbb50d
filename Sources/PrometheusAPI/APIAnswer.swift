/// What an API request comes to: a status code and a text, which is JSON but for that of `/federate`.
package struct APIAnswer: Sendable {
    package let statusCode: Int
    /// The text, or where it is a large one its first piece.
    package let body: [UInt8]
    /// Gives what follows `body`; nil where that is all.
    package let rest: AnswerRest?

    init(statusCode: Int, body: [UInt8]) {
        self.statusCode = statusCode
        self.body = body
        rest = nil
    }

    /// A success, of which only the first piece is written now.
    init(_ text: consuming some PiecewiseText, pieceByteLimit: Int) {
        statusCode = 200
        body = text.nextPiece(byteLimit: pieceByteLimit)
        rest = text.isAtEnd ? nil : AnswerRest(text, pieceByteLimit: pieceByteLimit)
    }
}
