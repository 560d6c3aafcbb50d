/// A request that is answered with an error before any handler sees it, and that ends the connection.
struct HTTPRefusal: Error {
    let status: HTTPStatus
    let message: String
    /// The counter that goes up.
    let count: any WritableKeyPath<HTTPServerCounts, UInt64> & Sendable
    var headers: HTTPHeaders = [:]

    static func tooManyConnections(limit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: .serviceUnavailable, message: "More than \(limit) connections are open; try again later.",
            count: \.refusedConnections)
    }

    static func headerTooLarge(byteLimit: Int, fieldLimit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: .headerFieldsTooLarge,
            message: "A request's header has at most \(byteLimit) bytes and \(fieldLimit) fields.",
            count: \.refusedHeaders)
    }

    static func bodyTooLarge(byteLimit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: .contentTooLarge, message: "A request's body has at most \(byteLimit) bytes here.",
            count: \.refusedBodies)
    }

    static func tooManyArriving(byteLimit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: .serviceUnavailable,
            message:
                "More than \(byteLimit) bytes of bodies are arriving, and this one has been longest; try again later.",
            count: \.givenUpBodies)
    }

    static func malformed(_ reason: String) -> HTTPRefusal {
        HTTPRefusal(
            status: .badRequest, message: "This is not an HTTP/1.1 request: \(reason).", count: \.malformedRequests)
    }

    /// curl sends an address as it was typed, and the parser takes only what RFC 3986 allows.
    static let invalidURL =
        "invalid URL; characters other than ASCII's must be percent-encoded, as curl -G --data-urlencode does"

    static func unknownExpectation(_ text: String) -> HTTPRefusal {
        HTTPRefusal(
            status: .expectationFailed, message: "Only the expectation 100-continue is known here.",
            count: \.malformedRequests)
    }

    static func tooSlow(_ timeout: Duration) -> HTTPRefusal {
        HTTPRefusal(
            status: .requestTimeout, message: "The request was not whole within \(timeout).", count: \.slowRequests)
    }

    static func handlerTooSlow(_ timeout: Duration) -> HTTPRefusal {
        HTTPRefusal(
            status: .serviceUnavailable, message: "No answer was ready within \(timeout).", count: \.slowHandlers)
    }
}
