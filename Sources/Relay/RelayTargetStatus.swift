package import Shipping

/// The sending to one target at one moment. Counters start with the hub.
package struct RelayTargetStatus: Sendable {
    /// The version by which 2.0 requests go.
    package internal(set) var protocolVersion = ""
    package internal(set) var sentRequests: UInt64 = 0
    /// Samples and native histograms that the target has acknowledged.
    package internal(set) var sentSamples: UInt64 = 0
    package internal(set) var sentBytes: UInt64 = 0
    /// Of the requests sent, those passed on byte for byte.
    package internal(set) var verbatimRequests: UInt64 = 0
    /// Answers by status; 0 stands for none.
    package internal(set) var requestsByStatus: [Int: UInt64] = [:]
    /// Samples that the target has refused for good, and the requests or parts they were in.
    package internal(set) var droppedSamples: [DeliveryDrop.Reason: UInt64] = [:]
    package internal(set) var droppedRequests: [DeliveryDrop.Reason: UInt64] = [:]
    /// Requests whose stored body could not be read.
    package internal(set) var unreadableRequests: UInt64 = 0
    /// Samples that `keep` and `drop` left out.
    package internal(set) var leftOutSamples: [LeftOutReason: UInt64] = [:]
    /// Samples of series with more or longer labels than can be rewritten for the target.
    package internal(set) var overLimitSamples: UInt64 = 0
    /// Start timestamps that were sent without, because 1.0 has no place for them.
    package internal(set) var lostStartTimestamps: UInt64 = 0
    /// Acknowledged requests of which the target says that it has written fewer samples than were sent.
    package internal(set) var shortWrites: UInt64 = 0
    package internal(set) var lastSuccessUnixMilliseconds: Int64?
    /// When what is being sent was received; nil where nothing waits.
    package internal(set) var waitingSinceUnixMilliseconds: Int64?
    /// Why the last request was not acknowledged; empty after a success.
    package internal(set) var lastError = ""

    package init() {}
}
