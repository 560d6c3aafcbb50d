internal import LinuxSystem
internal import MetricModel

/// `netclass`: what /sys/class/net says of each interface.
///
/// What an interface does not answer now (the speed, carrier and duplex mode of a link that is down) is left out.
final class NetclassCollector: HostCollector {
    private final class Row {
        let info: InfoSeries
        let upSeries: Series?
        let numbers: [NumberFile]

        init(info: InfoSeries, upSeries: Series?, numbers: [NumberFile]) {
            self.info = info
            self.upSeries = upSeries
            self.numbers = numbers
        }

        func close() {
            info.close()
            numbers.close()
        }
    }

    /// Of how many interfaces the files stay open; a host may have hundreds, and a process 1,024 descriptors.
    private static let openDeviceLimit = 8
    private static let textFiles = ["address", "broadcast", "duplex", "operstate", "flags", "ifalias"]
    private let up = MetricFamily(
        "node_network_up", .gauge, help: "1 when the interface's operational state is up, else 0.", labels: ["device"])
    private let info = MetricFamily(
        "node_network_info", .gauge, help: "What /sys/class/net says of the interface, as labels.",
        labels: ["device", "address", "broadcast", "duplex", "operstate", "adminstate", "ifalias"])
    private let kinds: [NumberFile.Kind]
    private let filter: NameFilter
    private var devices: DeviceRows<Row>

    init(_ settings: HostMetricsSettings) {
        filter = settings.networkClass.devices
        kinds = Self.kinds(isInvalidSpeedIgnored: settings.networkClass.isInvalidSpeedIgnored)
        devices = DeviceRows(settings.roots.sysfs + "/class/net", isRequired: true) { row in
            row.info.series.map { [$0] } ?? []
        }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            // `bonding_masters` is a file among the interfaces.
            guard filter.admits(name), Files.isDirectory("\(path)/\(name)") else { return nil }
            return makeRow(name, "\(path)/\(name)", &output)
        }
        var count = 0
        try devices.forEach { row throws(CollectorError) in
            count += 1
            defer { if count > Self.openDeviceLimit { row.close() } }
            row.info.give(&output)
            output.append(row.upSeries, row.info.texts[3] == "up" ? 1 : 0)
            try row.numbers.give(&output)
        }
    }

    private func makeRow(_ name: String, _ directory: String, _ output: inout CollectorOutput) -> Row {
        let texts = AttributeTexts(Self.textFiles.map { "\(directory)/\($0)" })
        return Row(
            info: InfoSeries(info, texts) { texts in
                let values = texts.map { $0 ?? "" }
                return [name] + values[0...3] + [Self.administrativeState(texts[4]), values[5]]
            },
            upSeries: output.series(up, [name]), numbers: [NumberFile](kinds, in: directory, [name], &output))
    }

    /// From the interface's flags, of which the lowest bit is IFF_UP.
    static func administrativeState(_ flags: String?) -> String {
        guard let flags, flags.hasPrefix("0x"), let bits = UInt64(flags.dropFirst(2), radix: 16) else {
            return "unknown"
        }
        return bits & 1 == 1 ? "up" : "down"
    }

    private static func kinds(isInvalidSpeedIgnored: Bool) -> [NumberFile.Kind] {
        func kind(
            _ fileName: String, _ name: String, _ help: String, _ type: MetricType = .gauge,
            _ form: NumberFile.Form = .decimal
        ) -> NumberFile.Kind {
            NumberFile.Kind(
                fileName: fileName,
                family: MetricFamily("node_network_\(name)", type, help: help, labels: ["device"]), form: form)
        }
        var speed = kind("speed", "speed_bytes", "The link's speed in bytes a second.")
        // The kernel says megabits, and -1 where it does not know.
        speed.factor = 1_000_000
        speed.divisor = 8
        speed.isLeftOutWhenNegative = isInvalidSpeedIgnored
        return [
            kind("addr_assign_type", "address_assign_type", "How the interface came to its address (0 permanent)."),
            kind("carrier", "carrier", "1 when there is a carrier on the link."),
            kind("carrier_changes", "carrier_changes_total", "How often the carrier came or went.", .counter),
            kind("carrier_up_count", "carrier_up_changes_total", "How often the carrier came.", .counter),
            kind("carrier_down_count", "carrier_down_changes_total", "How often the carrier went.", .counter),
            kind(
                "dev_id", "device_id", "Tells apart interfaces that share an address.", .gauge, .hexadecimal),
            kind("dormant", "dormant", "1 while the interface waits for an event from outside."),
            kind("flags", "flags", "The interface's flags (IFF_*) as a number.", .gauge, .hexadecimal),
            kind("ifindex", "iface_id", "The interface's index."),
            kind("iflink", "iface_link", "The index of the interface below it, or its own."),
            kind("link_mode", "iface_link_mode", "How the link's state is set (0 default, 1 dormant)."),
            kind("mtu", "mtu_bytes", "The largest packet that the interface takes."),
            kind("name_assign_type", "name_assign_type", "How the interface came to its name."),
            kind("netdev_group", "net_dev_group", "The group of interfaces it is in."),
            speed,
            kind("tx_queue_len", "transmit_queue_length", "How many packets the send queue holds."),
            kind("type", "protocol_type", "The link's protocol (ARPHRD_*) as a number."),
        ]
    }
}
