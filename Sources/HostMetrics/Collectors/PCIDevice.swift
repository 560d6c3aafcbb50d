internal import LinuxSystem
internal import MetricModel

/// A device of /sys/bus/pci/devices.
final class PCIDevice {
    struct Families {
        /// From pci.ids, where the settings ask for them.
        private static let nameLabels = [
            "vendor_name", "device_name", "subsystem_vendor_name", "subsystem_device_name", "class_name",
        ]
        private static let labels = ["segment", "bus", "device", "function"]
        static let idFiles = ["class", "vendor", "device", "subsystem_vendor", "subsystem_device", "revision"]
        static let powerStates = ["D0", "D1", "D2", "D3hot", "D3cold", "unknown", "error"]

        let info: MetricFamily
        let powerState = MetricFamily(
            "node_pcidevice_power_state", .gauge, help: "1 for the power state that the device is in.",
            labels: labels + ["state"])
        let numbers = [
            Number("max_link_speed", "max_link_transfers_per_second", "Transfers a second that the link can do.", -1),
            Number("max_link_width", "max_link_width", "Lanes that the link can have.", -1),
            Number("current_link_speed", "current_link_transfers_per_second", "Transfers a second of the link.", -1),
            Number("current_link_width", "current_link_width", "Lanes of the link.", -1),
            Number("d3cold_allowed", "d3cold_allowed", "1 when the device may be without power.", 0),
            Number("sriov_drivers_autoprobe", "sriov_drivers_autoprobe", "1 when virtual functions get drivers.", 0),
            Number("sriov_numvfs", "sriov_numvfs", "How many virtual functions there are.", 0),
            Number("sriov_totalvfs", "sriov_totalvfs", "How many virtual functions there can be.", 0),
            Number("sriov_vf_total_msix", "sriov_vf_total_msix", "Interrupt vectors for virtual functions.", 0),
            Number("numa_node", "numa_node", "The NUMA node that the device is at.", nil),
        ]

        init(hasNames: Bool) {
            info = MetricFamily(
                "node_pcidevice_info", .gauge, help: "What the device and the bridge above it are, as labels.",
                labels: Self.labels + [
                    "parent_segment", "parent_bus", "parent_device", "parent_function", "class_id", "vendor_id",
                    "device_id", "subsystem_vendor_id", "subsystem_device_id", "revision",
                ] + (hasNames ? Self.nameLabels : []))
        }

        struct Number {
            let fileName: String
            let family: MetricFamily
            /// What node_exporter says where the kernel does not know; nil for nothing.
            let unknown: Double?
            let isSpeed: Bool

            init(_ fileName: String, _ name: String, _ help: String, _ unknown: Double?) {
                self.fileName = fileName
                family = MetricFamily("node_pcidevice_\(name)", .gauge, help: help, labels: Families.labels)
                self.unknown = unknown
                isSpeed = fileName.hasSuffix("_speed")
            }
        }
    }

    /// What it says it is; nil where that is not said in numbers.
    let identity: PCINames.Identity?
    private let infoLabels: [String]
    private(set) var info: Series?
    private let numbers: [(kind: Families.Number, file: KeptFile, series: Series?)]
    private let powerFile: KeptFile
    private let powerSeries: [Series?]

    init(_ families: Families, _ location: [String], _ directory: String, _ output: inout CollectorOutput) {
        // A device that is going away has no bridge any more; it will not be listed next time.
        let target = (try? Files.linkTarget(directory)) ?? ""
        let parent = PcideviceCollector.location(Files.name(of: Files.parent(of: target)))
        // Neither has it numbers.
        let ids = Families.idFiles.map { (try? Files.readText("\(directory)/\($0)")) ?? "" }
        identity = PCINames.Identity(Array(ids.prefix(5)))
        infoLabels = location + (parent ?? ["*", "*", "*", "*"]) + ids
        numbers = families.numbers.map { kind in
            let file = KeptFile("\(directory)/\(kind.fileName)", endsAtShortRead: true)
            return (kind, file, output.series(kind.family, location))
        }
        powerFile = KeptFile(directory + "/power_state", endsAtShortRead: true)
        powerSeries = Families.powerStates.map { output.series(families.powerState, location + [$0]) }
    }

    /// Makes the series of what it is, with its names where the family has labels for them.
    func makeInfo(_ families: Families, names: [String], _ output: inout CollectorOutput) {
        info = output.series(families.info, infoLabels + names)
    }

    /// Closes the files until they are read again.
    func close() {
        for number in numbers { number.file.close() }
        powerFile.close()
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        output.append(info, 1)
        for number in numbers {
            let value = try value(number.kind, number.file, output) ?? number.kind.unknown
            // Where there is only one node, the kernel says -1.
            if let value, value != -1 || number.kind.unknown != nil { output.append(number.series, value) }
        }
        guard let bytes = try output.readIfPresent(powerFile) else { return }
        let state = AttributeTexts.trimmed(bytes)
        if state.isEmpty { return }
        for (name, series) in zip(Families.powerStates, powerSeries) {
            output.append(series, state.elementsEqual(name.utf8) ? 1 : 0)
        }
    }

    private func value(
        _ kind: Families.Number, _ file: KeptFile, _ output: borrowing CollectorOutput
    ) throws(CollectorError) -> Double? {
        guard let bytes = try output.readIfPresent(file) else { return nil }
        do throws(DamagedText) { return try Self.parse(bytes, isSpeed: kind.isSpeed) } catch {
            throw CollectorError(error, file.path)
        }
    }

    /// A number, or for speeds `8.0 GT/s PCIe`; nil for `Unknown`.
    static func parse(_ bytes: UnsafeRawBufferPointer, isSpeed: Bool) throws(DamagedText) -> Double? {
        var cursor = ByteCursor(bytes)
        cursor.skipSpaces()
        if cursor.isAtLineEnd || cursor.take("Unknown") { return nil }
        guard isSpeed else { return try cursor.number() }
        let speed = try cursor.decimal()
        cursor.skipSpaces()
        guard cursor.take("GT/s") else { throw cursor.damage("GT/s") }
        return speed * 1e9
    }
}
