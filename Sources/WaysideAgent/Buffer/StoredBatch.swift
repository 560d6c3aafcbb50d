internal import RingLog

/// Where a batch went, for whoever must know when it is safe.
struct StoredBatch: Sendable {
    let ringID: RingID
    /// The first record appended with it, or the next one where it was empty, and the last there was.
    let first: RecordNumber
    let last: RecordNumber
    /// Whether it survives a power cut already. Where not, flash takes no writes, and `AgentBuffer.settle` waits.
    let isDurable: Bool
}

/// What became of a batch that flash did not take.
enum BatchSettlement: Sendable, Hashable {
    /// Every destination has acknowledged it, or it is on flash now.
    case safe
    /// The memory was full, and it was among the oldest.
    case dropped
    /// Neither, in the time there was.
    case open
}
