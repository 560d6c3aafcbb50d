internal import RingLog

/// A record as its target's dispatcher gets it.
struct RelayLoad: Sendable {
    enum Content: Sendable {
        case request(RelayedRequest)
        /// A request that cannot be read any more.
        case unreadable
        /// Nothing to send: a loss that is written down.
        case none
    }

    let record: RecordNumber
    let content: Content
}
