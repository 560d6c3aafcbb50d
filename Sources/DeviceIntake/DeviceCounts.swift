/// What was counted for one device since it was first heard; kept across restarts of the agent.
package struct DeviceCounts: Sendable, Equatable {
    /// Messages taken, each once.
    package var messages: UInt64 = 0
    /// Sequence numbers never seen. A message that comes late counts here and as reordered.
    package var lost: UInt64 = 0
    /// Redeliveries dropped.
    package var duplicates: UInt64 = 0
    /// Messages taken after one that was sent later.
    package var reordered: UInt64 = 0
    /// Retained readings, which are not taken.
    package var retained: UInt64 = 0
    /// Boots seen after the first.
    package var reboots: UInt64 = 0
    /// Samples stamped a millisecond after the one before, because their own time was not later.
    package var retimedSamples: UInt64 = 0
    /// Readings refused because the device had its limit of series.
    package var refusedReadings: UInt64 = 0
    /// Malformed messages, in the order of `MalformedReason.allCases`.
    package var malformed = [UInt64](repeating: 0, count: MalformedReason.allCases.count)

    package init() {}

    /// All counters in the order of the state record.
    var all: [UInt64] {
        [messages, lost, duplicates, reordered, retained, reboots, retimedSamples, refusedReadings] + malformed
    }

    /// What was counted since these counters were `earlier`.
    package func since(_ earlier: DeviceCounts) -> DeviceCounts {
        DeviceCounts(all: zip(all, earlier.all).map { $0 - min($0, $1) })
    }

    /// Takes counters in the order of `all`, and as many.
    init(all: [UInt64]) {
        precondition(all.count == 8 + MalformedReason.allCases.count, "a state record has all counters")
        messages = all[0]
        lost = all[1]
        duplicates = all[2]
        reordered = all[3]
        retained = all[4]
        reboots = all[5]
        retimedSamples = all[6]
        refusedReadings = all[7]
        malformed = Array(all[8...])
    }
}
