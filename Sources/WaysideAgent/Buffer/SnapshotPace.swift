internal import Daemon

/// When state that no journal holds is written again: where samples are not buffered, snapshots are all that a kill leaves.
///
/// After a change at the earliest `maximumLoss` behind the last snapshot, which is what a kill or a power cut then costs
/// at most. A snapshot of more than `byteCount` takes as many times longer as it is larger, so that the flash gets no more
/// than `byteCount` in each `maximumLoss`.
struct SnapshotPace {
    /// What may be written in each `max_loss`: 92 MB a day by default. It is the state of about 35 devices with a
    /// component each.
    static let byteCount = 16 << 10
    /// `max_loss: 0s` asks for every batch, which snapshots are too large for.
    private static let leastNanoseconds: Int64 = 1_000_000_000

    private let lossNanoseconds: Int64
    private var next: Int64 = .min
    private var writtenChangeCount: UInt64

    /// `changeCount` is the number of the last change that the ring holds.
    init(maximumLoss: Duration, changeCount: UInt64) {
        lossNanoseconds = max(maximumLoss.nanoseconds, SnapshotPace.leastNanoseconds)
        writtenChangeCount = changeCount
    }

    /// Whether something has changed that should be written now.
    func isDue(bootNanoseconds now: Int64, changeCount: UInt64) -> Bool {
        changeCount != writtenChangeCount && now >= next
    }

    /// A snapshot with the changes up to `changeCount` was written, of so many bytes.
    mutating func note(byteCount: Int, changeCount: UInt64, bootNanoseconds now: Int64) {
        writtenChangeCount = changeCount
        let pieces = Int64(min(max(byteCount, 1), 1 << 30) - 1) / Int64(SnapshotPace.byteCount) + 1
        // At most 65,536 times an hour, in nanoseconds below 2^58.
        next = now + pieces * lossNanoseconds
    }
}
