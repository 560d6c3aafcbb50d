/// One destination at one moment, for status and `/metrics`. Counters start with the agent.
package struct DestinationStatus: Sendable {
    package var protocolVersion = ""
    package var acknowledgedSamples: UInt64 = 0
    package var sentBytes: UInt64 = 0
    /// Bytes of the requests that were acknowledged.
    package var acknowledgedBytes: UInt64 = 0
    /// Answers by status; 0 stands for none.
    package var requestsByStatus: [Int: UInt64] = [:]
    package var droppedSamplesByReason: [String: UInt64] = [:]
    package var unreadableSamples: UInt64 = 0
    package var lastSuccessUnixMilliseconds: Int64?
    package var newestAcknowledgedUnixMilliseconds: Int64?
    /// Why the last request was not acknowledged; empty after a success.
    package var lastError = ""
    package var lastErrorUnixMilliseconds: Int64?
    package var nextTryUnixMilliseconds: Int64?
}
