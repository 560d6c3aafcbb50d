internal import LinuxSystem
internal import MetricModel

/// `fibrechannel`: host adapters of /sys/class/fc_host.
final class FibreChannelCollector: HostCollector {
    private final class Host {
        var info: InfoFiles
        let counters: [(file: KeptFile, series: Series?)]

        init(_ info: InfoFiles, _ counters: [(file: KeptFile, series: Series?)]) {
            self.info = info
            self.counters = counters
        }
    }

    private static let information = MetricFamily(
        "node_fibrechannel_info", .gauge, help: "1 for each host adapter: its link and names.",
        labels: [
            "fc_host", "speed", "port_state", "port_type", "port_id", "port_name", "fabric_name", "symbolic_name",
            "supported_classes", "supported_speeds", "dev_loss_tmo",
        ])
    private static let parts: [InfoFiles.Part] = [
        .init(fileName: "speed"), .init(fileName: "port_state"), .init(fileName: "port_type"),
        .init(fileName: "port_id", isHexadecimal: true), .init(fileName: "port_name", isHexadecimal: true),
        .init(fileName: "fabric_name", isHexadecimal: true), .init(fileName: "symbolic_name"),
        .init(fileName: "supported_classes"), .init(fileName: "supported_speeds"), .init(fileName: "dev_loss_tmo"),
    ]
    /// Where the port's state stands among them.
    private static let statePart = 1
    private static let counters = [
        ("dumped_frames", "dumped_frames", "Frames dumped."), ("error_frames", "error_frames", "Frames with an error."),
        ("invalid_crc_count", "invalid_crc", "Frames with a wrong checksum."),
        ("rx_frames", "rx_frames", "Frames received."), ("rx_words", "rx_words", "Words received."),
        ("tx_frames", "tx_frames", "Frames sent."), ("tx_words", "tx_words", "Words sent."),
        ("seconds_since_last_reset", "seconds_since_last_reset", "Seconds since the counters were reset."),
        ("invalid_tx_word_count", "invalid_tx_words", "Invalid words on the link."),
        ("link_failure_count", "link_failure", "Times the link failed."),
        ("loss_of_sync_count", "loss_of_sync", "Times the link lost its synchronisation."),
        ("loss_of_signal_count", "loss_of_signal", "Times the link lost its signal."),
        ("nos_count", "nos", "Sequences received that say the other side is not operational."),
        ("fcp_packet_aborts", "fcp_packet_aborts", "SCSI packets aborted."),
    ].map { file, name, help in
        (
            file: "statistics/" + file,
            family: MetricFamily("node_fibrechannel_\(name)_total", .counter, help: help, labels: ["fc_host"])
        )
    }

    private var hosts: DeviceRows<Host>

    init(_ settings: HostMetricsSettings) {
        hosts = DeviceRows(settings.roots.sysfs + "/class/fc_host", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let root = hosts.path
        try hosts.update(&output, end: { host, output in host.info.forget(&output) }) {
            name, output in
            Host(
                InfoFiles(Self.information, [name], Self.parts, in: "\(root)/\(name)"),
                Self.counters.map { file, family in
                    (KeptFile("\(root)/\(name)/\(file)", endsAtShortRead: true), output.series(family, [name]))
                })
        }
        try hosts.forEach { host throws(CollectorError) in try give(host, &output) }
    }

    private func give(_ host: Host, _ output: inout CollectorOutput) throws(CollectorError) {
        host.info.give(&output)
        let state = host.info.values[Self.statePart]
        // A port that is switched off has no counters; node_exporter says 0.
        let isOff = state.isEmpty || state == "Unknown"
        for (file, series) in host.counters {
            if isOff {
                output.append(series, 0)
                continue
            }
            // Drivers leave files out, and answer errors for what they do not count.
            guard let bytes = try? file.read(into: output.buffer) else { continue }
            do throws(DamagedText) {
                if let value = try Self.count(bytes) { output.append(series, Double(value)) }
            } catch { throw CollectorError(error, file.path) }
        }
    }

    /// `0x1f`; nil for all ones, which says that the firmware does not count this.
    static func count(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> UInt64? {
        var cursor = ByteCursor(bytes)
        let value = cursor.take("0x") ? try cursor.hexadecimal() : try cursor.unsigned()
        return value == .max ? nil : value
    }
}
