internal import LinuxSystem
internal import MetricModel

/// A directory of /sys/class/hwmon. Its sensors are found when it gets its name and stay as they are.
final class HardwareMonitor {
    /// The name it has where no other monitor has it too.
    let baseName: String
    let directoryName: String
    /// What its `name` file says.
    let chipText: String
    private let directory: String
    private let hasChipName: Bool
    private var name: String?
    private var constants: [Series?] = []
    private var numbers: [NumberFile] = []

    /// Nil where nothing gives it a name.
    init?(_ directory: String) {
        let text = try? Files.readText(directory + "/name")
        guard let baseName = HardwareMonitorName.of(directory, chip: text) else { return nil }
        self.baseName = baseName
        self.directory = directory
        directoryName = Files.name(of: directory)
        chipText = text ?? ""
        hasChipName = text != nil
    }

    var series: Set<Series> { Set((constants + numbers.map(\.series)).compactMap { $0 }) }

    var fileCount: Int { numbers.count }

    /// Closes the files until they are read again.
    func close() { numbers.close() }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        for series in constants { output.append(series, 1) }
        try numbers.give(&output)
    }

    /// Makes its series under another name; nil for a monitor that is not wanted.
    func rename(
        _ name: String?, _ families: HardwareMonitorFamilies, _ filter: NameFilter, _ output: inout CollectorOutput
    ) {
        guard name != self.name else { return }
        output.forget(series)
        self.name = name
        constants = []
        numbers = []
        guard let name else { return }
        let chip = HardwareMonitorName.clean(chipText)
        if hasChipName, !chip.isEmpty { constants.append(output.series(families.chipNames, [name, chip])) }
        for (sensor, files) in sensors().sorted(by: { $0.key < $1.key }) where filter.admits("\(name);\(sensor)") {
            addSensor(sensor, files, name, families, &output)
        }
    }

    /// By the sensor's name the directories of its files by property.
    private func sensors() -> [String: [String: String]] {
        var sensors: [String: [String: String]] = [:]
        // Drivers from before 3.16 have their files at the device.
        for path in [directory, directory + "/device"] {
            for name in (try? Files.list(path)) ?? [] {
                guard let file = SensorFileName(name), !Files.isDirectory("\(path)/\(name)") else { continue }
                sensors[file.sensor, default: [:]][file.property] = "\(path)/\(name)"
            }
        }
        return sensors
    }

    private func addSensor(
        _ sensor: String, _ files: [String: String], _ name: String, _ families: HardwareMonitorFamilies,
        _ output: inout CollectorOutput
    ) {
        let type = String(sensor.prefix { !("0"..."9").contains($0) })
        let label = files["label"].flatMap(Self.label)
        if let label { constants.append(output.series(families.labels, [name, sensor, label])) }
        for (property, path) in files.sorted(by: { $0.key < $1.key }) where property != "label" {
            let fileName = Files.name(of: path)
            guard
                let kind = families.kind(
                    fileName, type: type, property, hasBareFile: files[""] != nil, hasLabel: label != nil)
            else { continue }
            let isClock = type == "freq" && property == "input"
            let labels = [name, isClock ? HardwareMonitorName.clean(label ?? "") : sensor]
            guard let number = NumberFile(kind, in: Files.parent(of: path), labels, &output) else { continue }
            // Two files could mean the same; each series comes once.
            if number.series == nil || !numbers.contains(where: { $0.series == number.series }) {
                numbers.append(number)
            }
        }
    }

    /// The label as it is, but for the line's end.
    private static func label(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, byteLimit: 4096) else { return nil }
        var part = bytes.prefix(AttributeTexts.byteLimit)
        while part.first == 0x0a { part = part.dropFirst() }
        while part.last == 0x0a { part = part.dropLast() }
        return String(decoding: part, as: UTF8.self)
    }
}
