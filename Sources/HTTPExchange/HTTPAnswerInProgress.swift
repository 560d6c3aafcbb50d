internal import NIOCore

/// An answer from the moment its request is whole until its last byte is with the kernel.
struct HTTPAnswerInProgress {
    /// Tells this answer from earlier and later ones of the connection.
    let number: Int
    let terms: HTTPAnswerTerms
    let began: NIODeadline
    let departure = HTTPDeparture()
    var task: Task<Void, Never>?
    var hasHead = false
    var keepsAlive = false
    var status = HTTPStatus.ok

    init(number: Int, terms: HTTPAnswerTerms, began: NIODeadline) {
        self.number = number
        self.terms = terms
        self.began = began
    }
}
