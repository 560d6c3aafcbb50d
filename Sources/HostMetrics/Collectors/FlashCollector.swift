internal import LinuxSystem
internal import MetricModel

/// `flash`: how worn eMMC is, as it says itself, and what cards are plugged in.
///
/// An eMMC states its life in steps of 10 % for two kinds of its cells, and how much of its spare blocks is used. Neither says
/// how many bytes it endures, so years are projected only where `flash.endurance` declares that.
final class FlashCollector: HostCollector {
    /// What an eMMC says of its cells: shares of its life used, at most; 1.1 is beyond its end. Nil for an estimate that it
    /// does not make.
    struct LifeTime: Equatable {
        let a: Double?
        let b: Double?

        var worst: Double? { [a, b].compactMap { $0 }.max() }
    }

    private static let lifeUsed = MetricFamily(
        "wayside_emmc_life_used_ratio", .gauge,
        help: "What is used of the device's life at most, in steps of a tenth; 1.1 is beyond its end.",
        labels: ["device", "estimate"])
    private static let preEndOfLife = MetricFamily(
        "wayside_emmc_pre_end_of_life_level", .gauge,
        help: "What is used of the spare blocks: 1 less than 80 %, 2 from 80 %, 3 from 90 %.", labels: ["device"])
    private static let card = MetricFamily(
        "wayside_mmc_info", .gauge, help: "1 for each SD card and eMMC, with what it says of itself.",
        labels: ["device", "type", "manfid", "oemid", "name", "date", "serial"])
    private static let projection = ProjectionSeries.Families(prefix: "wayside_emmc")

    private final class Device {
        let lifeTime: KeptFile
        let preEndOfLife: KeptFile
        let statistics: KeptFile
        let info: Series?
        let isEMMC: Bool
        let enduranceBytes: Double?
        let device: String
        var lifeSeries: [Series?] = []
        var levelSeries: Series?
        var rate = WriteRate()
        var projection: ProjectionSeries

        init(_ path: String, _ name: String, enduranceBytes: Double?, _ output: inout CollectorOutput) {
            func text(_ attribute: String) -> String {
                (try? Files.readText("\(path)/device/\(attribute)", byteLimit: 4096)) ?? ""
            }
            device = name
            lifeTime = KeptFile(path + "/device/life_time", endsAtShortRead: true)
            preEndOfLife = KeptFile(path + "/device/pre_eol_info", endsAtShortRead: true)
            statistics = KeptFile(path + "/stat", endsAtShortRead: true)
            let type = text("type")
            isEMMC = type == "MMC"
            self.enduranceBytes = enduranceBytes
            info = output.series(
                FlashCollector.card,
                [name, type, text("manfid"), text("oemid"), text("name"), text("date"), text("serial")])
            projection = ProjectionSeries(FlashCollector.projection, device: name)
            guard isEMMC else { return }
            lifeSeries = ["a", "b"].map { output.series(FlashCollector.lifeUsed, [name, $0]) }
            levelSeries = output.series(FlashCollector.preEndOfLife, [name])
        }
    }

    private let settings: HostMetricsSettings.Flash
    private var devices: DeviceRows<Device>

    init(_ settings: HostMetricsSettings) {
        self.settings = settings.flash
        devices = DeviceRows(settings.roots.sysfs + "/block")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        let endurance = settings.enduranceBytes
        try devices.update(
            &output, end: { device, output in output.forget(Set([device.projection.series].compactMap { $0 })) },
            make: { (name, output) throws(CollectorError) in
                guard Self.isCard(name) else { return nil }
                return Device("\(path)/\(name)", name, enduranceBytes: endurance[name].map { Double($0) }, &output)
            })
        try devices.forEach { device throws(CollectorError) in try give(device, &output) }
    }

    /// `mmcblk0`, and not the boot partitions `mmcblk0boot0`, which are the same device.
    static func isCard(_ name: String) -> Bool {
        name.hasPrefix("mmcblk") && name.utf8.count > 6
            && name.utf8.dropFirst(6).allSatisfy { (0x30...0x39).contains($0) }
    }

    private func give(_ device: Device, _ output: inout CollectorOutput) throws(CollectorError) {
        output.append(device.info, 1)
        guard device.isEMMC else { return }
        let lifeTime = try read(device.lifeTime, output, Self.parseLifeTime)
        if let a = lifeTime?.a { output.append(device.lifeSeries[0], a) }
        if let b = lifeTime?.b { output.append(device.lifeSeries[1], b) }
        if let level = try read(device.preEndOfLife, output, Self.parseLevel) ?? nil {
            output.append(device.levelSeries, level)
        }
        let written = try read(device.statistics, output, Self.parseWrittenBytes)
        let rate = written.flatMap { bytes in
            device.rate.bytesPerSecond(
                at: output.clock.bootNanoseconds, writtenBytes: bytes, countsFromBoot: true)
        }
        device.projection.give(
            LifeProjection(
                usedRatio: lifeTime?.worst, enduranceBytes: device.enduranceBytes, bytesPerSecond: rate), &output)
    }

    /// Nil where the device has no such file (eMMC before version 5.0) or does not answer.
    private func read<Value>(
        _ file: KeptFile, _ output: borrowing CollectorOutput,
        _ parse: (UnsafeRawBufferPointer) throws(DamagedText) -> Value
    ) throws(CollectorError) -> Value? {
        guard let bytes = try? file.read(into: output.buffer) else { return nil }
        do throws(DamagedText) { return try parse(bytes) } catch { throw CollectorError(error, file.path) }
    }

    /// `0x01 0x0b`: each in steps of 10 %, of which 0 is not defined and 11 is beyond the end.
    static func parseLifeTime(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> LifeTime {
        var cursor = ByteCursor(bytes)
        func ratio(_ step: UInt64) -> Double? { (1...11).contains(step) ? Double(step) / 10 : nil }
        let a = try hexadecimal(&cursor)
        let b = try hexadecimal(&cursor)
        return LifeTime(a: ratio(a), b: ratio(b))
    }

    /// `0x01`; nil for what is not defined.
    static func parseLevel(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Double? {
        var cursor = ByteCursor(bytes)
        let level = try hexadecimal(&cursor)
        return (1...3).contains(level) ? Double(level) : nil
    }

    private static func hexadecimal(_ cursor: inout ByteCursor) throws(DamagedText) -> UInt64 {
        cursor.skipSpaces()
        guard cursor.take("0x") else { throw cursor.damage("0x and a hexadecimal number") }
        return try cursor.hexadecimal()
    }

    /// The seventh number of a disk's `stat`, sectors of 512 bytes written.
    static func parseWrittenBytes(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Double {
        var cursor = ByteCursor(bytes)
        for _ in 0..<6 { _ = try cursor.unsigned() }
        return Double(try cursor.unsigned()) * 512
    }
}
