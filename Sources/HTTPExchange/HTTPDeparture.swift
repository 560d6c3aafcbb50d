internal import Synchronization

/// That most likely nobody waits for an answer any more: the peer has closed its side, the connection has broken, or the
/// handler has taken too long. For handlers whose work can be given up; a peer that only will not send any more still
/// gets what they answer.
package final class HTTPDeparture: Sendable {
    private let noted = Atomic(false)

    package init() {}

    package var isNoted: Bool { noted.load(ordering: .relaxed) }

    package func note() { noted.store(true, ordering: .relaxed) }
}
