/// Whether a request may go on to its handler.
package enum HTTPAccessDecision: Sendable {
    /// It may; `user` is whose credentials it carries.
    case admitted(user: String?)
    /// It is answered with this, and the connection ends, since the body has not been read.
    case refused(status: HTTPStatus, message: String, headers: HTTPHeaders)
    /// Known once this has been awaited; it runs off the event loop.
    case undecided(@Sendable () async -> HTTPAccessDecision)
}
