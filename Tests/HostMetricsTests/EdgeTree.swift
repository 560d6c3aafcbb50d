import HostMetrics
import LinuxSystem
import MetricModel

/// A copy of a fixture tree that a test may change; removed when it goes.
final class EdgeTree {
    let path = "/tmp/wayside-edge-\(Machine.processID())-\(Machine.randomWord())"

    init(_ name: String) throws {
        _ = try ChildProcess.run("/bin/cp", ["-r", FixtureTree(name).path, path])
    }

    deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }

    var roots: HostRoots {
        HostRoots(procfs: path + "/proc", sysfs: path + "/sys", rootfs: path + "/root", udevData: path + "/udev")
    }

    /// Writes a file in place, as the kernel's files change: descriptors that are open see the new text.
    func write(_ name: String, _ text: String) throws {
        if !Files.exists(path + name) { return try Files.replace(path + name, with: Array(text.utf8)) }
        let file = try FileDescriptor(opening: path + name, 1)
        try file.truncate(to: 0)
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
    }

    func copy(_ name: String, to newName: String) throws {
        _ = try ChildProcess.run("/bin/cp", ["-r", path + name, path + newName])
    }

    func remove(_ name: String) throws {
        _ = try ChildProcess.run("/bin/rm", ["-rf", path + name])
    }

    /// A sampler of `collectors` over this tree.
    func sampler(
        _ collectors: [String], limit: Int = 10_000, _ change: (inout HostMetricsSettings) -> Void = { _ in }
    ) -> HostSampler {
        var settings = HostMetricsSettings(
            roots: roots, enable: collectors, disable: HostCollectors.names.filter { !collectors.contains($0) })
        change(&settings)
        return HostSampler(settings: settings, scope: .init(.empty), seriesLimit: limit)
    }
}
