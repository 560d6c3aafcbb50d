import Glibc
import HostMetrics
import LinuxSystem

/// The tree of many kinds of hardware in `../shared/fixtures/node-tree.tar.gz`, unpacked for this run of the tests.
enum SharedTree {
    static var archive: String? {
        let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
        return ["/../shared", "/../../shared"].map { root + $0 + "/fixtures/node-tree.tar.gz" }.first(
            where: Files.exists)
    }

    /// Kept for all tests; nil where the archive is not there or does not unpack.
    static let path: String? = {
        guard let archive else { return nil }
        let path = Self.directory
        atexit { _ = try? ChildProcess.run("/bin/rm", ["-rf", SharedTree.directory]) }
        guard (try? Files.makeDirectory(path)) != nil,
            (try? ChildProcess.run("/bin/tar", ["-xzf", archive, "-C", path])) == 0
        else { return nil }
        return path
    }()

    private static var directory: String { "/tmp/wayside-node-tree-\(Machine.processID())" }

    static func roots(_ path: String) -> HostRoots {
        HostRoots(procfs: path + "/proc", sysfs: path + "/sys", rootfs: path, udevData: path + "/udev/data")
    }
}
