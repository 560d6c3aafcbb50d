package import MetricModel

/// The later knowledge of what the wall clock should have said in a boot.
///
/// It holds for the records `firstRecord` through `lastRecord` whose batch carries `bootID` and was taken while the wall
/// clock was not synchronised. The true time of such a batch is its CLOCK_BOOTTIME counted from
/// `bootUnixMilliseconds`, and its samples move with it. So one correction serves batches whose wall clocks differed (two
/// steps, a drift), and moves a batch that was right already by nothing. Later corrections replace earlier ones for the
/// records they name.
package struct TimeCorrectionRecord: Hashable, Sendable {
    package var bootID: BootID
    package var firstRecord: UInt64
    package var lastRecord: UInt64
    /// What the wall clock should have said when CLOCK_BOOTTIME was zero, in ms since 1970.
    package var bootUnixMilliseconds: Int64
    /// Whether the time is only bounded, not known.
    package var isUncertain: Bool

    package init(
        bootID: BootID, firstRecord: UInt64, lastRecord: UInt64, bootUnixMilliseconds: Int64, isUncertain: Bool
    ) {
        self.bootID = bootID
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
        self.bootUnixMilliseconds = bootUnixMilliseconds
        self.isUncertain = isUncertain
    }
}

extension TimeCorrectionRecord {
    /// Appends the record's bytes (DESIGN.md, "Time-correction record").
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.append(isUncertain ? 1 : 0)
        bytes.appendFixed(bootID.high)
        bytes.appendFixed(bootID.low)
        bytes.appendFixed(firstRecord)
        bytes.appendFixed(lastRecord)
        bytes.appendFixed(bootUnixMilliseconds)
    }

    /// Decodes a record's bytes; bytes behind the known fields are a later version's additions and are skipped.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(BatchRecordError) {
        var reader = ByteReader(bytes)
        try RecordVersion.check(&reader)
        isUncertain = try reader.byte() & 1 == 1
        let high = try reader.fixed(UInt64.self)
        bootID = BootID(high: high, low: try reader.fixed(UInt64.self))
        firstRecord = try reader.fixed(UInt64.self)
        lastRecord = try reader.fixed(UInt64.self)
        bootUnixMilliseconds = try reader.fixed(Int64.self)
    }
}
