/// Who may use a server. It is asked for each request by its head, before any of the body is read, so that a stranger
/// costs no more than a head.
package protocol HTTPAccess: Sendable {
    /// Called on the event loop, so it must not wait: a decision that takes long is `undecided` at first.
    func decide(_ request: HTTPRequest) -> HTTPAccessDecision
}
