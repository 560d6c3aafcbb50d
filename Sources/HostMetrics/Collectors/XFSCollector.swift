internal import LinuxSystem
internal import MetricModel

/// `xfs`: what each XFS filesystem has done since it was mounted, from /sys/fs/xfs.
final class XFSCollector: HostCollector {
    private final class Filesystem {
        let file: KeptFile
        var lines: NumberLines

        init(_ file: KeptFile, _ lines: NumberLines) {
            self.file = file
            self.lines = lines
        }
    }

    private var filesystems: DeviceRows<Filesystem>

    init(_ settings: HostMetricsSettings) {
        filesystems = DeviceRows(settings.roots.sysfs + "/fs/xfs")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = filesystems.path
        try filesystems.update(&output) { name, output in
            // Beside the filesystems there are the files of the whole module.
            let file = "\(path)/\(name)/stats/stats"
            guard Files.exists(file) else { return nil }
            return Filesystem(
                KeptFile(file, endsAtShortRead: true), NumberLines(XFSFamilies.lines, [name], &output))
        }
        try filesystems.forEach { filesystem throws(CollectorError) in
            guard let bytes = try output.readIfPresent(filesystem.file) else { return }
            do throws(DamagedText) { try filesystem.lines.parse(bytes) } catch {
                throw CollectorError(error, filesystem.file.path)
            }
            filesystem.lines.give(&output)
        }
    }
}
