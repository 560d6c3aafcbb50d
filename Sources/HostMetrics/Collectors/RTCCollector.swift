internal import LinuxSystem
internal import MetricModel

/// `rtc`: whether there is a clock that runs on a battery, whether it holds a time, and how far it is from the system's.
final class RTCCollector: HostCollector {
    private static let count = MetricFamily(
        "wayside_rtc_devices", .gauge, help: "How many real-time clocks there are; 0 is a machine that boots in 1970.")
    private static let info = MetricFamily(
        "wayside_rtc_info", .gauge, help: "1 for each real-time clock.", labels: ["device", "name"])
    private static let valid = MetricFamily(
        "wayside_rtc_valid", .gauge, help: "1 where the clock holds a time; 0 after its battery was empty.",
        labels: ["device"])
    private static let difference = MetricFamily(
        "wayside_rtc_clock_difference_seconds", .gauge,
        help: "The clock's time without the system's; it counts whole seconds.", unit: "seconds", labels: ["device"])
    private static let setsClock = [
        NumberFile.Kind(
            fileName: "hctosys",
            family: MetricFamily(
                "wayside_rtc_sets_system_clock", .gauge,
                help: "1 for the clock that the system's was set from at its start, else 0.", labels: ["device"]))
    ]

    private struct Clock {
        let time: KeptFile
        let info: Series?
        let valid: Series?
        let difference: Series?
        let setsClock: [NumberFile]
    }

    private var clocks: DeviceRows<Clock>
    private var countSeries: Series?

    init(_ settings: HostMetricsSettings) {
        clocks = DeviceRows(settings.roots.sysfs + "/class/rtc")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = clocks.path
        try clocks.update(&output) { (name, output) throws(CollectorError) in
            let directory = "\(path)/\(name)"
            let chip = (try? Files.readText(directory + "/name", byteLimit: 256)) ?? ""
            return Clock(
                time: KeptFile(directory + "/since_epoch", endsAtShortRead: true),
                info: output.series(Self.info, [name, chip]), valid: output.series(Self.valid, [name]),
                difference: output.series(Self.difference, [name]),
                setsClock: [NumberFile](Self.setsClock, in: directory, [name], &output))
        }
        // A kernel without such clocks at all has not even the directory, and a container may not show it.
        if clocks.count > 0 || Files.exists(path) {
            if countSeries == nil { countSeries = output.series(Self.count) }
            output.append(countSeries, Double(clocks.count))
        }
        try clocks.forEach { clock throws(CollectorError) in try Self.give(clock, &output) }
    }

    private static func give(_ clock: Clock, _ output: inout CollectorOutput) throws(CollectorError) {
        output.append(clock.info, 1)
        try clock.setsClock.give(&output)
        // The kernel refuses to tell a time that the chip itself says is lost.
        guard let bytes = try? clock.time.read(into: output.buffer) else {
            output.append(clock.valid, 0)
            return
        }
        var cursor = ByteCursor(bytes)
        let seconds: Int64
        do throws(DamagedText) { seconds = try cursor.signed() } catch { throw CollectorError(error, clock.time.path) }
        output.append(clock.valid, 1)
        output.append(clock.difference, (Double(seconds) * 1000 - Double(output.clock.unixMilliseconds)) / 1000)
    }
}
