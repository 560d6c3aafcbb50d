import HostMetrics
import LinuxSystem
import MetricModel

/// A copy of a fixture tree that a test may change; removed when it goes.
final class TreeCopy {
    let path = "/tmp/wayside-tree-\(Machine.processID())-\(Machine.randomWord())"

    init(_ name: String) throws {
        _ = try ChildProcess.run("/bin/cp", ["-r", FixtureTree(name).path, path])
    }

    deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }

    var roots: HostRoots {
        HostRoots(
            procfs: path + "/proc", sysfs: path + "/sys", rootfs: path + "/root", udevData: path + "/udev",
            netlink: path + "/netlink")
    }

    /// Writes a file in place, as the kernel's files change: descriptors that are open see the new text.
    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        // O_WRONLY and O_CREAT.
        let file = try FileDescriptor(opening: path + name, 0o101, permissions: 0o644)
        try file.truncate(to: 0)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
    }

    func move(_ name: String, to newName: String) throws {
        try Files.rename(path + name, to: path + newName)
    }

    func copy(_ name: String, to newName: String) throws {
        _ = try ChildProcess.run("/bin/cp", ["-r", path + name, path + newName])
    }

    /// A sampler of these collectors over it.
    func sampler(
        _ names: [String], limit: Int = 10_000, _ change: (inout HostMetricsSettings) -> Void = { _ in }
    ) -> HostSampler {
        var settings = HostMetricsSettings(roots: roots, hasDefaults: false, enable: names)
        change(&settings)
        return HostSampler(settings: settings, scope: .init(.empty), seriesLimit: limit)
    }

    /// Changes a file in place, as /proc does: descriptors that are open see the new text.
    func change(_ name: String, _ change: (String) -> String) throws {
        let text = change(String(decoding: try Files.read(path + name), as: UTF8.self))
        let file = try FileDescriptor(opening: path + name, 1)
        try file.truncate(to: 0)
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
    }

    /// Takes a file or directory away.
    func remove(_ name: String) throws {
        _ = try ChildProcess.run("/bin/rm", ["-rf", path + name])
    }
}
