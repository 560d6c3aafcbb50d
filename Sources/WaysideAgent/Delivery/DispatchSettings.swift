internal import MetricModel
internal import Shipping

/// What one destination is sent, and how much at a time.
struct DispatchSettings: Sendable {
    /// The destination's name among the ring's cursors: its URL.
    var name: String
    var protocolChoice = ProtocolChoice.auto
    var bootID: BootID
    var limits: RequestPlanner.Limits
    /// What it is sent of each series.
    var filter = SeriesFilter()
    var sendLimits = SendLimits()
    /// Whether live data goes before backlog, where the receiver takes samples in any order.
    var newestFirst = false
    /// Whether the receiver is known to take samples in any order; else its answers must say so.
    var acceptsOutOfOrder = false
    /// A batch that is first looked at so long after it was taken is backlog.
    var backlogNanoseconds: Int64
    /// How far back the ring is read for the intervals that thinned series have been sent, in records.
    var rehearsalRecordLimit: UInt64 = 4096
    /// A batch larger than the limit is a request of its own, so that more may have to be put together.
    var assembledSampleLimit = 1_000_000
    var seriesLimit = 200_000
    /// Records that are read at once for the planner, in bytes: each costs 72 bytes of memory, and may be as short.
    var planByteLimit = 256 << 10
    /// How often the ring is looked at while there is nothing to send.
    var roundNanoseconds: Int64 = 500_000_000

    static let requestSampleLimit = 20_000
    static let requestByteLimit = 1 << 20

    /// At least this, so that a slow answer or two do not make backlog.
    private static let shortestBacklogNanoseconds: Int64 = 10_000_000_000

    init(name: String, protocolChoice: ProtocolChoice, bootID: BootID, batchForNanoseconds: Int64) {
        self.name = name
        self.protocolChoice = protocolChoice
        self.bootID = bootID
        limits = RequestPlanner.Limits(
            batchForNanoseconds: batchForNanoseconds, sampleLimit: DispatchSettings.requestSampleLimit,
            byteLimit: DispatchSettings.requestByteLimit)
        backlogNanoseconds = max(DispatchSettings.shortestBacklogNanoseconds, 2 * batchForNanoseconds)
    }

    /// Limits what is sent, and makes requests so small that backlog holds live data up for some two seconds at most.
    mutating func limitSending(_ limits: SendLimits) {
        sendLimits = limits
        guard let rate = limits.bytesPerSecond else { return }
        // A sample takes some 3 bytes in the ring and 7 on the wire.
        let bytes = Int(clamping: min(rate, 1 << 30))
        self.limits.byteLimit = min(DispatchSettings.requestByteLimit, max(8 << 10, bytes))
    }
}
