/// One destination at one moment, for status and `/metrics`. Counters start with the agent.
struct DestinationStatus: Sendable {
    var protocolVersion = ""
    var acknowledgedSamples: UInt64 = 0
    var sentBytes: UInt64 = 0
    /// Bytes of the requests that were acknowledged.
    var acknowledgedBytes: UInt64 = 0
    /// Answers by status; 0 stands for none.
    var requestsByStatus: [Int: UInt64] = [:]
    var droppedSamplesByReason: [String: UInt64] = [:]
    var unreadableSamples: UInt64 = 0
    /// Acknowledged requests of which the receiver says that it has written fewer samples than were sent.
    var shortWrites: UInt64 = 0
    var newestAcknowledgedUnixMilliseconds: Int64?
    /// Why the last request was not acknowledged; empty after a success.
    var lastError = ""
    /// CLOCK_BOOTTIME of the next try, while waiting for it.
    var nextTryBootNanoseconds: Int64?
    /// Samples that `keep`, `drop` and `resolution` left out of requests that are done with, by the setting.
    var leftOutSamplesByReason: [String: UInt64] = [:]
    /// Records of the backlog that is sent behind live data; nil where there is one lane only.
    var backlogRecords: UInt64?
    /// Which of `rate_limit` and `daily_bytes` holds a request back until the next try; empty for none.
    var heldBy = ""
    /// Requests that one of them has held back.
    var heldRequestsByReason: [String: UInt64] = [:]
    /// Bytes of the current UTC day that count against `daily_bytes`.
    var dayBytes: Int64 = 0

    /// Adds another lane's figures; what is not a count is the former's unless it has none.
    mutating func add(_ other: DestinationStatus) {
        if protocolVersion.isEmpty { protocolVersion = other.protocolVersion }
        acknowledgedSamples += other.acknowledgedSamples
        sentBytes += other.sentBytes
        acknowledgedBytes += other.acknowledgedBytes
        requestsByStatus.merge(other.requestsByStatus, uniquingKeysWith: +)
        droppedSamplesByReason.merge(other.droppedSamplesByReason, uniquingKeysWith: +)
        leftOutSamplesByReason.merge(other.leftOutSamplesByReason, uniquingKeysWith: +)
        unreadableSamples += other.unreadableSamples
        shortWrites += other.shortWrites
        if let newest = other.newestAcknowledgedUnixMilliseconds {
            newestAcknowledgedUnixMilliseconds = max(newestAcknowledgedUnixMilliseconds ?? newest, newest)
        }
        if lastError.isEmpty { lastError = other.lastError }
        nextTryBootNanoseconds = nextTryBootNanoseconds ?? other.nextTryBootNanoseconds
    }
}
