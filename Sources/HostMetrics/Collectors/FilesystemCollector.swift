internal import LinuxSystem
internal import MetricModel

/// `filesystem`: size, space, files and state of the mounted filesystems.
///
/// The mounts and their read-only flags are those of process 1: a service under `ProtectSystem=strict` sees its own
/// `/` as read-only, which would silence every disk alert. Where /proc/1 is hidden, its own mounts have to do.
final class FilesystemCollector: HostCollector {
    private final class Row {
        var mount: MountTable.Mount
        /// Where the mount is to be asked.
        let path: String
        var series: FilesystemSeries?

        init(mount: MountTable.Mount, path: String) {
            self.mount = mount
            self.path = path
        }
    }

    private let families = FilesystemFamilies()
    private let settings: HostMetricsSettings.Filesystem
    private let rootfs: String
    private let file: KeptFile
    private let ownFile: KeptFile
    private let probe: MountProbe
    private var lastText: [UInt8] = []
    private var rows: [Row] = []
    private var paths: [String] = []

    init(_ settings: HostMetricsSettings) {
        self.settings = settings.filesystem
        rootfs = settings.roots.rootfs
        file = KeptFile(settings.roots.procfs + "/1/mountinfo", endsAtShortRead: false)
        ownFile = KeptFile(settings.roots.procfs + "/self/mountinfo", endsAtShortRead: false)
        probe = MountProbe(
            timeoutMilliseconds: settings.filesystem.mountTimeoutMilliseconds,
            stuckLimit: settings.filesystem.stuckMountLimit)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let (bytes, path) = try readMounts(output)
        // Mounts change seldom; comparing the text costs a fraction of taking it apart.
        if !bytes.isEqual(to: lastText) {
            do throws(DamagedText) { replaceRows(try MountTable.parse(bytes), &output) } catch {
                throw CollectorError(error, path)
            }
            lastText = Array(bytes)
        }
        let outcomes: [MountProbe.Outcome]
        do throws(SystemError) { outcomes = try probe.probe(paths) } catch { throw .system(error) }
        for (row, outcome) in zip(rows, outcomes) { give(row, outcome, &output) }
    }

    /// Which mounts are reported and under which mount point: those the filters admit; of several with the same device,
    /// mount point and type, which would be one series, the last, which is the one that is seen.
    static func selected(
        _ mounts: [MountTable.Mount], _ settings: HostMetricsSettings.Filesystem, rootfs: String
    ) -> [MountTable.Mount] {
        var result: [MountTable.Mount] = []
        var indexes: [[String]: Int] = [:]
        for var mount in mounts {
            mount.mountPoint = stripped(mount.mountPoint, rootfs)
            guard settings.mountPoints.admits(mount.mountPoint), settings.types.admits(mount.type) else { continue }
            let key = [mount.device, mount.mountPoint, mount.type]
            if let index = indexes[key] {
                result[index] = mount
            } else {
                indexes[key] = result.count
                result.append(mount)
            }
        }
        return result
    }

    /// The text for `device_error`: the kernel's words as Go writes them, which is what node_exporter has there.
    static func errorText(_ error: SystemError) -> String {
        error.reason == "Stale file handle" ? "stale NFS file handle" : error.reason.lowercased()
    }

    private func readMounts(
        _ output: borrowing CollectorOutput
    ) throws(CollectorError) -> (UnsafeRawBufferPointer, String) {
        do throws(SystemError) { return (try file.read(into: output.buffer), file.path) } catch {
            guard error.isNotFound || error.isPermissionDenied else { throw .system(error) }
        }
        return (try output.read(ownFile), ownFile.path)
    }

    private static func stripped(_ path: String, _ rootfs: String) -> String {
        guard rootfs != "/", path.hasPrefix(rootfs) else { return path }
        let rest = path.dropFirst(rootfs.count)
        return rest.isEmpty ? "/" : String(rest)
    }

    private func replaceRows(_ mounts: [MountTable.Mount], _ output: inout CollectorOutput) {
        var known: [[String]: Row] = [:]
        for row in rows { known[key(row.mount)] = row }
        rows = FilesystemCollector.selected(mounts, settings, rootfs: rootfs).map { mount in
            guard let row = known.removeValue(forKey: key(mount)) else {
                return Row(mount: mount, path: rootfs == "/" ? mount.mountPoint : rootfs + mount.mountPoint)
            }
            row.mount = mount
            return row
        }
        output.forget(Set(known.values.flatMap { $0.series?.all ?? [] }))
        paths = rows.map(\.path)
    }

    private func key(_ mount: MountTable.Mount) -> [String] {
        [mount.device, mount.mountPoint, mount.type, mount.major, mount.minor]
    }

    private func give(_ row: Row, _ outcome: MountProbe.Outcome, _ output: inout CollectorOutput) {
        let error: String
        switch outcome {
        case .usage: error = ""
        case .failed(let failure): error = FilesystemCollector.errorText(failure)
        case .stuck: error = "mountpoint timeout"
        }
        if row.series?.deviceError != error {
            // The error is a label, so another error is another set of series.
            output.forget(Set(row.series?.all ?? []))
            row.series = FilesystemSeries(row.mount, deviceError: error, families, &output)
        }
        guard let series = row.series else { return }
        output.append(series.deviceErrorState, error.isEmpty ? 0 : 1)
        output.append(series.readOnly, row.mount.isReadOnly ? 1 : 0)
        if case .usage(let usage) = outcome { series.give(usage, &output) }
    }
}
