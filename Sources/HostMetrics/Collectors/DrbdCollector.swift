internal import LinuxSystem
internal import MetricModel

/// `drbd`: disks that are kept equal on two machines, from /proc/drbd.
final class DrbdCollector: HostCollector {
    /// In the order of `DRBDStatus.Device.values`, with the node where there are two.
    private let metrics: [(family: MetricFamily, node: String?)]
    private let file: KeptFile
    private var status = DRBDStatus()
    private var rows = KeyedRows<[Series?]>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/drbd", endsAtShortRead: false)
        metrics = Self.metrics()
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try status.parse(bytes) } catch { throw CollectorError(error, file.path) }
        rows.begin()
        for device in status.devices {
            let key = UnsafeRawBufferPointer(rebasing: bytes[device.number])
            let index = rows.find(key, run: output.run) ?? rows.insert(key, makeRow(key, &output), run: output.run)
            for (place, series) in rows[index].enumerated() {
                if let value = device.values[place] { output.append(series, value) }
            }
        }
        rows.forgetUnseen(&output) { $0 }
    }

    private func makeRow(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> [Series?] {
        let device = "drbd" + String(decoding: key, as: UTF8.self)
        return metrics.map { output.series($0.family, [device] + ($0.node.map { [$0] } ?? [])) }
    }

    private static func metrics() -> [(family: MetricFamily, node: String?)] {
        func family(_ name: String, _ type: MetricType, _ help: String, _ labels: [String] = []) -> MetricFamily {
            MetricFamily("node_drbd_\(name)", type, help: help, labels: ["device"] + labels)
        }
        let role = family("node_role_is_primary", .gauge, "1 when the node is primary.", ["node"])
        let disk = family("disk_state_is_up_to_date", .gauge, "1 when the node's disk is up to date.", ["node"])
        let plain = [
            family("network_sent_bytes_total", .counter, "Bytes sent to the other machine."),
            family("network_received_bytes_total", .counter, "What was received from it, as the kernel counts it."),
            family("disk_written_bytes_total", .counter, "Bytes written to the disk here."),
            family("disk_read_bytes_total", .counter, "Bytes read from the disk here."),
            family("activitylog_writes_total", .counter, "How often the activity log was written."),
            family("bitmap_writes_total", .counter, "How often the bitmap was written."),
            family("local_pending", .gauge, "Requests that the disk here has not done."),
            family("remote_pending", .gauge, "Requests that the other machine has not answered."),
            family("remote_unacknowledged", .gauge, "Requests of the other machine that were not answered here."),
            family("application_pending", .gauge, "Requests of programs that are not done."),
            family("epochs", .gauge, "Epochs that are under way."),
            family("out_of_sync_bytes", .gauge, "Bytes that are not equal on both machines."),
            family("connected", .gauge, "1 when the machines are connected."),
        ]
        return plain.map { ($0, nil) } + [(role, "local"), (role, "remote"), (disk, "local"), (disk, "remote")]
    }
}
