/// What became of a request at one target's ring.
package enum RelayOutcome: Sendable, Hashable {
    /// In the ring and durable, now or since it came before.
    case durable
    /// In memory, because the disk takes no writes: it goes to the target as long as the hub runs.
    case inMemory(String)
    /// Too large for the ring.
    case tooLarge(byteCount: Int, byteLimit: Int)
    /// Too much waits for the disk; come again after so many seconds.
    case busy(retryAfterSeconds: Int)
    /// The hub ends.
    case closed
}
