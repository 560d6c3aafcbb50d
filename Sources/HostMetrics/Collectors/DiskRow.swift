internal import LinuxSystem
internal import MetricModel

/// What is kept for one block device between runs.
final class DiskRow {
    private let device: String
    private let udevPath: String
    private let rotationalFile: KeptFile
    private var counters: [Series?] = []
    private var descriptions: [(series: Series?, value: Double)] = []
    private var udevStamp: FileStamp?
    private var isRotational = false
    private var isDescribed = false

    init(device: String, udevPath: String, rotationalFile: KeptFile) {
        self.device = device
        self.udevPath = udevPath
        self.rotationalFile = rotationalFile
    }

    var allSeries: [Series] { (counters + descriptions.map(\.series)).compactMap { $0 } }

    /// Gives the samples of the device's line.
    func give(_ line: DiskstatsCollector.Line, _ columns: [DiskColumn], _ output: inout CollectorOutput) {
        if counters.count < line.valueCount {
            counters += columns[counters.count..<line.valueCount].map { output.series($0.family, [device]) }
        }
        for index in 0..<line.valueCount {
            output.append(counters[index], columns[index].value(line.values[index]))
        }
        for (series, value) in descriptions { output.append(series, value) }
    }

    /// Looks at /sys and udev again and makes the describing series anew where something has changed. udev replaces a
    /// device's file when it changes, so its stamp tells.
    func describe(
        _ major: UInt64, _ minor: UInt64, _ families: DiskDescriptionFamilies, _ output: inout CollectorOutput
    ) {
        let rotational = readRotational(output)
        let stamp = FileStamp(of: udevPath)
        guard !isDescribed || rotational != isRotational || stamp != udevStamp else { return }
        output.forget(Set(descriptions.compactMap(\.series)))
        isDescribed = true
        isRotational = rotational
        udevStamp = stamp
        // A file that cannot be read is as one that is not there: udev's knowledge is an addition.
        let bytes = stamp == nil ? [] : (try? Files.read(udevPath, byteLimit: 256 << 10)) ?? []
        let properties = bytes.withUnsafeBytes { UdevProperties.parse($0) }
        descriptions = families.describe(
            device, major: major, minor: minor, isRotational: rotational, properties
        ).map { (output.series($0.family, $0.labelValues), $0.value) }
    }

    /// A device without a queue counts as not rotating, as in node_exporter.
    private func readRotational(_ output: borrowing CollectorOutput) -> Bool {
        guard let bytes = try? output.read(rotationalFile) else { return false }
        return bytes.first == UInt8(ascii: "1")
    }
}
