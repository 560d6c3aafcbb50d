internal import MetricModel

/// One series of readings of a device: how to know it again, and its last value.
struct ReadingState {
    /// Quantity, channel and unit as they come on the wire, a zero byte between them.
    var key: [UInt8]
    var unit: MeasuredUnit
    let series: Series
    var value = 0.0
    /// When the value was measured, on CLOCK_BOOTTIME.
    var measuredBootNanoseconds = Int64.min
    /// Timestamp of the last sample, which the next one must exceed.
    var lastStampUnixMilliseconds: Int64
    /// Whether a stale marker has ended the series, or it has no sample yet.
    var isEnded = true

    /// The time of the next sample: `wanted`, or a millisecond after the last one.
    mutating func stamp(_ wanted: Int64) -> Int64 {
        lastStampUnixMilliseconds = max(wanted, lastStampUnixMilliseconds + 1)
        return lastStampUnixMilliseconds
    }

    /// Ends the series with a stale marker, unless that was done.
    mutating func end(at unixMilliseconds: Int64, into batch: inout SampleBatch) {
        guard !isEnded else { return }
        isEnded = true
        batch.append(Sample(series, unixMilliseconds: stamp(unixMilliseconds), value: StaleMarker.value))
    }
}
