internal import RingLog

/// One target's ring at one moment, for metrics and pages. Counters start with the hub.
package struct RelayBufferStatus: Sendable {
    /// Requests taken, and those that had been taken before and were not taken again.
    package internal(set) var appendedRequests: UInt64 = 0
    package internal(set) var repeatedRequests: UInt64 = 0
    /// Requests that do not fit into the ring: lost to this target where the hub stores them, refused where it does not.
    package internal(set) var tooLargeRequests: UInt64 = 0
    package internal(set) var tooLargeSamples: UInt64 = 0
    /// Requests and samples that the target will never get, by reason.
    package internal(set) var lostRequests: [RelayLoss.Reason: UInt64] = [:]
    package internal(set) var lostSamples: [RelayLoss.Reason: UInt64] = [:]
    /// The last losses, newest last; those of earlier runs too, as far as the ring has them.
    package internal(set) var recentLosses: [RelayLoss] = []
    package internal(set) var lastRecord: UInt64 = 0
    package internal(set) var lastDurableRecord: UInt64 = 0
    package internal(set) var oldestRecord: UInt64 = 1
    /// The last record that the target needs no more.
    package internal(set) var acknowledgedRecord: UInt64 = 0
    package internal(set) var usedByteCount = 0
    package internal(set) var byteCount = 0
    /// Why the ring is in memory only; empty where it is on the disk.
    package internal(set) var problem = ""

    package init() {}

    static let recentLossLimit = 32

    mutating func note(_ loss: RelayLoss) {
        lostRequests[loss.reason, default: 0] += loss.requests
        lostSamples[loss.reason, default: 0] += loss.samples
        remember(loss)
    }

    mutating func remember(_ loss: RelayLoss) {
        if recentLosses.count == Self.recentLossLimit { recentLosses.removeFirst() }
        recentLosses.append(loss)
    }
}
