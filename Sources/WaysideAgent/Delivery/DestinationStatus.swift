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
    var newestAcknowledgedUnixMilliseconds: Int64?
    /// Why the last request was not acknowledged; empty after a success.
    var lastError = ""
    /// CLOCK_BOOTTIME of the next try, while waiting for it.
    var nextTryBootNanoseconds: Int64?
}
