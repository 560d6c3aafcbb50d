internal import MetricModel
internal import Shipping

/// What one destination is sent, and how much at a time.
struct DispatchSettings: Sendable {
    /// The destination's name among the ring's cursors: its URL.
    var name: String
    var protocolChoice = ProtocolChoice.auto
    var bootID: BootID
    var limits: RequestPlanner.Limits
    /// A batch larger than the limit is a request of its own, so that more may have to be put together.
    var assembledSampleLimit = 1_000_000
    var seriesLimit = 200_000
    /// Records that the planner is given at once, in bytes.
    var planByteLimit = 4 << 20
    /// How often the ring is looked at while there is nothing to send.
    var roundNanoseconds: Int64 = 500_000_000

    static let requestSampleLimit = 20_000
    static let requestByteLimit = 1 << 20

    init(name: String, protocolChoice: ProtocolChoice, bootID: BootID, batchForNanoseconds: Int64) {
        self.name = name
        self.protocolChoice = protocolChoice
        self.bootID = bootID
        limits = RequestPlanner.Limits(
            batchForNanoseconds: batchForNanoseconds, sampleLimit: DispatchSettings.requestSampleLimit,
            byteLimit: DispatchSettings.requestByteLimit)
    }
}
