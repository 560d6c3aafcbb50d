internal import LinuxSystem
internal import MetricModel

/// `filesystem`: size, space, files and state of the mounted filesystems.
///
/// The mounts and their read-only flags are those of process 1: a service under `ProtectSystem=strict` sees its own
/// `/` as read-only, which would silence every disk alert. Where /proc/1 is hidden, its own mounts have to do. A mount that
/// something else covers in the service's own view (`ProtectHome=yes`) is not asked, because that would answer.
final class FilesystemCollector: HostCollector {
    private final class Row {
        var mount: MountTable.Mount
        /// Where the mount is to be asked.
        let path: String
        var isHidden = false
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
    /// Where those that are not hidden are to be asked.
    private var paths: [String] = []
    /// What hides mounts, and whether those of process 1 are hidden themselves.
    private var problems: [CollectorError] = []

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
            let text = Array(bytes)
            let mounts: [MountTable.Mount]
            do throws(DamagedText) { mounts = try MountTable.parse(bytes) } catch {
                throw CollectorError(error, path)
            }
            let own = try output.readIfPresent(ownFile) { bytes throws(DamagedText) in try MountTable.parse(bytes) }
            replaceRows(mounts, &output)
            hideRows(host: MountView(mounts), own: MountView(own ?? []), areMountsOwn: path == ownFile.path)
            lastText = text
        }
        for problem in problems { output.remark(problem) }
        var outcomes: [MountProbe.Outcome]
        do throws(SystemError) { outcomes = try probe.probe(paths) } catch { throw .system(error) }
        outcomes.reverse()
        var refused: MountTable.Mount?
        for row in rows {
            guard !row.isHidden, let outcome = outcomes.popLast() else {
                give(row, error: "mountpoint hidden", usage: nil, &output)
                continue
            }
            switch outcome {
            case .usage(let usage): give(row, error: "", usage: usage, &output)
            case .stuck: give(row, error: "mountpoint timeout", usage: nil, &output)
            case .failed(let failure):
                if failure.isPermissionDenied { refused = refused ?? row.mount }
                give(row, error: FilesystemCollector.errorText(failure), usage: nil, &output)
            }
        }
        if let refused {
            output.remark(
                .notAllowed(what: "asking \(refused.mountPoint) how full it is", needs: CollectorOutput.readRight))
        }
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
                return Row(mount: mount, path: path(mount.mountPoint))
            }
            row.mount = mount
            return row
        }
        output.forget(Set(known.values.flatMap { $0.series?.all ?? [] }))
    }

    private func path(_ mountPoint: String) -> String {
        if rootfs == "/" { return mountPoint }
        return mountPoint == "/" ? rootfs : rootfs + mountPoint
    }

    private func key(_ mount: MountTable.Mount) -> [String] {
        [mount.device, mount.mountPoint, mount.type, mount.major, mount.minor]
    }

    /// Marks the rows that the agent's own view of the mounts hides, and says what would show them.
    private func hideRows(host: MountView, own: MountView, areMountsOwn: Bool) {
        var hidden: [(need: String, mountPoint: String)] = []
        problems = []
        if areMountsOwn {
            problems.append(
                .notAllowed(
                    what: "reading \(file.path), whose flags of mounts are the host's and not the service's,",
                    needs: "ProtectProc=default in the agent's unit"))
        }
        for row in rows {
            // One that is covered on the host itself is as it is in node_exporter. Of its own mounts the service does not know
            // what was there before.
            row.isHidden =
                areMountsOwn
                ? row.mount.type == "tmpfs" && MountView.homes.contains(row.mount.mountPoint)
                : own.isHidden(row.mount, at: row.path, rootfs: rootfs)
                    && !host.isHidden(row.mount, at: row.mount.mountPoint, rootfs: "/")
            guard row.isHidden else { continue }
            let need = MountView.need(row.mount.mountPoint)
            if !hidden.contains(where: { $0.need == need }) { hidden.append((need, row.mount.mountPoint)) }
        }
        paths = rows.lazy.filter { !$0.isHidden }.map(\.path)
        problems += hidden.map { need, mountPoint in
            .notAllowed(what: "asking \(mountPoint) how full it is", needs: need)
        }
    }

    private func give(_ row: Row, error: String, usage: FilesystemUsage?, _ output: inout CollectorOutput) {
        if row.series?.deviceError != error {
            // The error is a label, so another error is another set of series.
            output.forget(Set(row.series?.all ?? []))
            row.series = FilesystemSeries(row.mount, deviceError: error, families, &output)
        }
        guard let series = row.series else { return }
        output.append(series.deviceErrorState, error.isEmpty ? 0 : 1)
        output.append(series.readOnly, row.mount.isReadOnly ? 1 : 0)
        if let usage { series.give(usage, &output) }
    }
}
