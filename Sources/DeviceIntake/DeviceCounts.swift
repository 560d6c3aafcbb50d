internal import DeviceProtocol

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
    /// Two minutes of messages in which the uptime went at no plausible pace.
    package var implausiblePaces: UInt64 = 0
    /// Messages refused because the device sent more than `messageRate` allows.
    package var refusedMessages: UInt64 = 0
    /// Boots that a birth message told of, in the order of `ResetReason.counted`.
    package var resets = DeviceCounts.noResets
    /// Malformed messages, in the order of `MalformedReason.allCases`.
    package var malformed = DeviceCounts.noMalformed

    /// Most devices never count any: they all share these.
    private static let noResets = [UInt64](repeating: 0, count: ResetReason.counted.count)
    private static let noMalformed = [UInt64](repeating: 0, count: MalformedReason.allCases.count)

    package init() {}

    /// The single counters in the order of the state record. A record of version 2 ends after
    /// `refusedReadings`.
    var single: [UInt64] {
        get {
            [
                messages, lost, duplicates, reordered, retained, reboots, retimedSamples, refusedReadings,
                implausiblePaces, refusedMessages,
            ]
        }
        set {
            precondition(newValue.count == DeviceCounts.singleCount, "a state record has all counters")
            messages = newValue[0]
            lost = newValue[1]
            duplicates = newValue[2]
            reordered = newValue[3]
            retained = newValue[4]
            reboots = newValue[5]
            retimedSamples = newValue[6]
            refusedReadings = newValue[7]
            implausiblePaces = newValue[8]
            refusedMessages = newValue[9]
        }
    }

    /// What was counted since these counters were `earlier`.
    package func since(_ earlier: DeviceCounts) -> DeviceCounts {
        func rise(_ now: [UInt64], _ then: [UInt64]) -> [UInt64] { zip(now, then).map { $0 - min($0, $1) } }
        var counts = DeviceCounts()
        counts.single = rise(single, earlier.single)
        counts.malformed = rise(malformed, earlier.malformed)
        counts.resets = rise(resets, earlier.resets)
        return counts
    }

    static let singleCount = 10
    /// How many of them a record of version 2 has.
    static let singleCountOfVersion2 = 8
}
