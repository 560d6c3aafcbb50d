/// Why a destination waits.
package enum DeliveryWait: Sendable, Hashable {
    /// A failure that passes by itself.
    case backoff(reason: String)
    /// The receiver asked for it with 429.
    case throttled
    /// An answer that only a person can change; nothing is lost meanwhile but what the ring overwrites.
    case paused(reason: String)
}
