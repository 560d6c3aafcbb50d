internal import LinuxSystem
internal import MetricModel

/// `timex`: how the kernel steers its clock, from adjtimex(2).
final class TimexCollector: HostCollector {
    private let families = [
        gauge("sync_status", "1 while the kernel holds its clock to be synchronised, else 0."),
        gauge("offset_seconds", "How far the clock is off what steers it.", "seconds"),
        gauge("frequency_adjustment_ratio", "How much faster than by itself the clock is made to run.", "ratio"),
        gauge("maxerror_seconds", "The most the clock can be off.", "seconds"),
        gauge("estimated_error_seconds", "How far the clock is believed to be off.", "seconds"),
        gauge("status", "The kernel's status bits (STA_*)."),
        gauge("loop_time_constant", "The time constant of the phase-locked loop."),
        gauge("tick_seconds", "Time between two ticks of the clock.", "seconds"),
        gauge("pps_frequency_hertz", "The frequency that the pulse per second gives.", "hertz"),
        gauge("pps_jitter_seconds", "The jitter of the pulse per second.", "seconds"),
        gauge("pps_shift_seconds", "The interval over which the pulse per second is measured.", "seconds"),
        gauge("pps_stability_hertz", "How much the frequency of the pulse per second wanders.", "hertz"),
        counter("pps_jitter_total", "Pulses that came with too much jitter."),
        counter("pps_calibration_total", "Intervals over which the pulse per second was measured."),
        counter("pps_error_total", "Intervals that failed."),
        counter("pps_stability_exceeded_total", "Intervals in which the frequency wandered too far."),
        gauge("tai_offset_seconds", "How far atomic time is ahead of UTC.", "seconds"),
    ]
    private var series: [Series?] = []

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let clock: ClockDiscipline
        do throws(SystemError) { clock = try ClockDiscipline.read() } catch { throw .system(error) }
        if series.isEmpty { series = families.map { output.series($0) } }
        let values = Self.values(clock)
        for index in 0..<17 { output.append(series[index], values[index]) }
    }

    /// In the order of the families. The kernel gives time in ns or µs, as STA_NANO says, and frequency in units of
    /// 2^-16 ppm.
    static func values(_ clock: ClockDiscipline) -> [17 of Double] {
        let fractions = clock.isInNanoseconds ? 1e9 : 1e6
        let frequency = 1e6 * 65536
        return [
            clock.isSynchronised ? 1 : 0, Double(clock.offset) / fractions, 1 + Double(clock.frequency) / frequency,
            Double(clock.maximumError) / 1e6, Double(clock.estimatedError) / 1e6, Double(clock.status),
            Double(clock.timeConstant), Double(clock.tick) / 1e6, Double(clock.pulseFrequency) / frequency,
            Double(clock.pulseJitter) / fractions, Double(clock.pulseShift),
            Double(clock.pulseStability) / frequency, Double(clock.jitterExceededCount),
            Double(clock.calibrationCount), Double(clock.calibrationErrorCount),
            Double(clock.stabilityExceededCount), Double(clock.atomicTimeOffset),
        ]
    }

    private static func gauge(_ name: String, _ help: String, _ unit: String = "") -> MetricFamily {
        MetricFamily("node_timex_\(name)", .gauge, help: help, unit: unit)
    }

    private static func counter(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_timex_\(name)", .counter, help: help)
    }
}
