internal import LinuxSystem
internal import MetricModel

/// `raspberrypi`: what the firmware of a Raspberry Pi holds the processor back for, now and since the start, and the alarm for
/// a voltage that is too low. Other boards have none of these files.
final class RaspberryPiCollector: HostCollector {
    private static let now = MetricFamily(
        "wayside_raspberrypi_throttling", .gauge, help: "1 while the condition holds, else 0.", labels: ["condition"])
    private static let sinceBoot = MetricFamily(
        "wayside_raspberrypi_throttling_since_boot", .gauge,
        help: "1 where the condition has held since the machine was started, else 0.", labels: ["condition"])
    private static let alarm = [
        NumberFile.Kind(
            fileName: "in0_lcrit_alarm",
            family: MetricFamily(
                "wayside_raspberrypi_undervoltage_alarm", .gauge,
                help: "1 where the kernel was told that the supply voltage is too low, else 0."))
    ]
    /// Bits 0 to 3 of the word; the same have held since the start in bits 16 to 19.
    private static let conditions = ["undervoltage", "frequency_capped", "throttled", "temperature_limited"]

    private let sysfs: String
    private var monitors: DeviceRows<[NumberFile]>
    private var file: KeptFile?
    private var hasLooked = false
    private var series: [(now: Series?, sinceBoot: Series?)] = []

    init(_ settings: HostMetricsSettings) {
        sysfs = settings.roots.sysfs
        monitors = DeviceRows(settings.roots.sysfs + "/class/hwmon")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try giveThrottling(&output)
        let path = monitors.path
        try monitors.update(&output) { (name, output) throws(CollectorError) in
            guard (try? Files.readText("\(path)/\(name)/name", byteLimit: 256)) == "rpi_volt" else { return nil }
            return [NumberFile](Self.alarm, in: "\(path)/\(name)", [], &output)
        }
        try monitors.forEach { files throws(CollectorError) in try files.give(&output) }
    }

    private func giveThrottling(_ output: inout CollectorOutput) throws(CollectorError) {
        if !hasLooked {
            hasLooked = true
            // The firmware is there from the start or not at all; its node is called after the system's bus, which on a
            // Pi 5 is `soc@107c000000`.
            file = Files.matching("\(sysfs)/devices/platform/soc*/soc*:firmware/get_throttled").first.map {
                KeptFile($0, endsAtShortRead: true)
            }
        }
        guard let file, let bytes = try? file.read(into: output.buffer) else { return }
        let word: UInt64
        do throws(DamagedText) { word = try Self.parse(bytes) } catch { throw CollectorError(error, file.path) }
        if series.isEmpty {
            series = Self.conditions.map { condition in
                (output.series(Self.now, [condition]), output.series(Self.sinceBoot, [condition]))
            }
        }
        for (bit, pair) in series.enumerated() {
            output.append(pair.now, Double(word >> bit & 1))
            output.append(pair.sinceBoot, Double(word >> (bit + 16) & 1))
        }
    }

    /// `50005`, or with 0x in front.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> UInt64 {
        var cursor = ByteCursor(bytes)
        _ = cursor.take("0x")
        let word = try cursor.hexadecimal()
        guard cursor.isAtLineEnd else { throw cursor.damage("the line's end") }
        return word
    }
}
