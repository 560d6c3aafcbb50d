package import MetricModel

/// Turns device messages into samples and knows how old every device's data is. See DESIGN.md.
///
/// A value: keep a copy before a batch and put it back when the batch could not be made safe; the broker will then
/// deliver again and nothing is taken for a duplicate. It does no I/O and asks no clock.
package struct DeviceIntake: Sendable {
    package let settings: DeviceIntakeSettings

    package init(settings: DeviceIntakeSettings, scope: SeriesScope) {
        self.settings = settings
    }

    /// Takes one message; its samples go into `batch`.
    package mutating func accept(
        _ message: DeviceMessage, clock: ClockReading, into batch: inout SampleBatch
    ) -> IntakeOutcome { .ignoredTopic }

    /// For remote write, once a tick: ends what has gone silent with stale markers, forgets what has been silent for
    /// long, and adds every device's age, state and counters.
    package mutating func tick(clock: ClockReading, into batch: inout SampleBatch) {}

    /// For a scrape: the last readings of devices that are not stale, and every device's age, state and counters.
    package func currentSamples(clock: ClockReading, into batch: inout SampleBatch) {}

    /// What is known of every device, ordered by id.
    package func devices(clock: ClockReading) -> [DeviceStatus] { [] }

    /// What recognises the messages taken since the last call when they are delivered again. Write it with their
    /// samples; `replay` it after a restart, on top of the snapshot. Empty when nothing was taken.
    package mutating func drainJournal() -> [UInt8] { [] }

    package mutating func replay(_ journal: [UInt8], clock: ClockReading) throws(StateError) {}

    /// Everything that must survive a restart: ages, sequence windows, counters.
    package func snapshot(clock: ClockReading) -> [UInt8] { [] }

    package mutating func restore(_ snapshot: [UInt8], clock: ClockReading) throws(StateError) {}

    /// Tells that samples stamped so far have been moved by this much (the gateway's clock was set), so that times go
    /// on increasing from there.
    package mutating func wallClockCorrected(byMilliseconds shift: Int64) {}
}
