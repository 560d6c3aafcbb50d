internal import LinuxSystem
internal import MetricModel

/// `w1`: temperatures of 1-Wire sensors.
///
/// A sensor takes up to 0.75 s to answer, so a run asks a few, in turn, and gives for the others what they said last, with the
/// time it was said: however many there are, a run ends before its deadline. Off by default, because a scrape takes that much
/// longer.
final class W1Collector: HostCollector {
    private static let temperature = MetricFamily(
        "wayside_w1_temperature_celsius", .gauge, help: "The temperature that the sensor said last.", unit: "celsius",
        labels: ["device"])
    private static let time = MetricFamily(
        "wayside_w1_timestamp_seconds", .gauge, help: "When the sensor said it, in seconds since 1970.",
        unit: "seconds", labels: ["device"])
    private static let failures = MetricFamily(
        "wayside_w1_failures_total", .counter,
        help: "How often the sensor did not answer, or with a wrong check sum.", labels: ["device"])
    /// Family codes of sensors of temperature.
    private static let families = ["10-", "22-", "28-", "3b-", "42-"]
    /// How many sensors a run asks.
    private static let readLimit = 3

    private final class Sensor {
        let file: KeptFile
        let isSlaveText: Bool
        let temperature: Series?
        let time: Series?
        let failures: Series?
        var celsius: Double?
        var readUnixSeconds = 0.0
        var failureCount = 0.0
        /// The run that asked it last.
        var lastRun: UInt64 = 0

        init(_ path: String, _ name: String, _ output: inout CollectorOutput) {
            // Kernels from 5.8 on have a file of the number alone.
            isSlaveText = !Files.exists(path + "/temperature")
            file = KeptFile(path + (isSlaveText ? "/w1_slave" : "/temperature"), endsAtShortRead: true)
            temperature = output.series(W1Collector.temperature, [name])
            time = output.series(W1Collector.time, [name])
            failures = output.series(W1Collector.failures, [name])
        }
    }

    private var sensors: DeviceRows<Sensor>

    init(_ settings: HostMetricsSettings) {
        sensors = DeviceRows(settings.roots.sysfs + "/bus/w1/devices")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = sensors.path
        try sensors.update(&output) { (name, output) throws(CollectorError) in
            Self.families.contains { name.hasPrefix($0) } ? Sensor("\(path)/\(name)", name, &output) : nil
        }
        var due: [Sensor] = []
        try sensors.forEach { sensor throws(CollectorError) in due.append(sensor) }
        // Those that have waited longest; a stable order among those that never were asked.
        due.sort { $0.lastRun < $1.lastRun }
        var failure: CollectorError?
        for sensor in due.prefix(Self.readLimit) {
            do throws(CollectorError) { try Self.ask(sensor, output) } catch { failure = failure ?? error }
        }
        try sensors.forEach { sensor throws(CollectorError) in
            if let celsius = sensor.celsius {
                output.append(sensor.temperature, celsius)
                output.append(sensor.time, sensor.readUnixSeconds)
            }
            output.append(sensor.failures, sensor.failureCount)
        }
        if let failure { throw failure }
    }

    /// A sensor that does not answer has no temperature any more.
    private static func ask(_ sensor: Sensor, _ output: borrowing CollectorOutput) throws(CollectorError) {
        sensor.lastRun = output.run
        sensor.celsius = nil
        var celsius: Double?
        if let bytes = try? sensor.file.read(into: output.buffer) {
            do throws(DamagedText) { celsius = try parse(bytes, isSlaveText: sensor.isSlaveText) } catch {
                throw CollectorError(error, sensor.file.path)
            }
        }
        guard let celsius else {
            sensor.failureCount += 1
            return
        }
        sensor.celsius = celsius
        sensor.readUnixSeconds = Double(output.clock.unixMilliseconds) / 1000
    }

    /// `23125`; or two lines `… : crc=3e YES` and `… t=23125`, of which nil is made where the check sum was wrong.
    static func parse(_ bytes: UnsafeRawBufferPointer, isSlaveText: Bool) throws(DamagedText) -> Double? {
        var cursor = ByteCursor(bytes)
        guard isSlaveText else { return Double(try cursor.signed()) / 1000 }
        let first = cursor.restOfLine
        let isRight = bytes[first].suffix(4).elementsEqual(" YES".utf8)
        guard isRight || bytes[first].suffix(3).elementsEqual(" NO".utf8) else {
            throw DamagedText(byteOffset: first.upperBound, expected: "YES or NO at the line's end")
        }
        cursor.skipLine()
        while cursor.skip(behind: UInt8(ascii: "t")) {
            if cursor.take("=") {
                let value = Double(try cursor.signed()) / 1000
                return isRight ? value : nil
            }
        }
        throw cursor.damage("t= and a number")
    }
}
