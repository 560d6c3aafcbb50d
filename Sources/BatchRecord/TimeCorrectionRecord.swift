package import MetricModel

/// The later knowledge of what the wall clock should have said in a boot.
///
/// It holds for the samples of records `firstRecord` through `lastRecord` whose batch carries `bootID`: their true time
/// is the recorded one plus `offsetMilliseconds`. Later corrections replace earlier ones for the records they name.
package struct TimeCorrectionRecord: Hashable, Sendable {
    package var bootID: BootID
    package var firstRecord: UInt64
    package var lastRecord: UInt64
    package var offsetMilliseconds: Int64
    /// Whether the time is only bounded, not known.
    package var isUncertain: Bool

    package init(
        bootID: BootID, firstRecord: UInt64, lastRecord: UInt64, offsetMilliseconds: Int64, isUncertain: Bool
    ) {
        self.bootID = bootID
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
        self.offsetMilliseconds = offsetMilliseconds
        self.isUncertain = isUncertain
    }
}
