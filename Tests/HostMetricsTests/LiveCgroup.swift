import Glibc
import LinuxSystem

@testable import HostMetrics

/// A cgroup of this machine, named as a container's, with one process that sleeps.
final class LiveCgroup {
    struct Failed: Error {
        let what: String
    }

    /// As the collector knows it.
    let path: String
    private let directories: [String]
    private var pid = pid_t()

    private static var roots: [String] {
        guard let hierarchy = CgroupHierarchy(sysfs: "/sys") else { return [] }
        return Set([.memory, .cpuAccounting, .pids].compactMap { hierarchy.directory($0, "") }).sorted()
    }

    /// Whether a cgroup can be made here, tried.
    static let isPossible: Bool = {
        guard let root = roots.first else { return false }
        let path = "\(root)/wayside-probe-\(getpid())"
        guard mkdir(path, 0o755) == 0 else { return false }
        rmdir(path)
        return true
    }()

    init() throws {
        path = "/wayside-test-\(getpid())/" + String(repeating: "5a", count: 32)
        let path = path
        let parent = Files.parent(of: path)
        directories = Self.roots.flatMap { ["\($0)\(path)", "\($0)\(parent)"] }
        for root in Self.roots { try Files.makeDirectory(root + path, permissions: 0o755) }
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sleep"), strdup("1000"), nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, environ) == 0 else { throw Failed(what: "spawn") }
        for root in Self.roots {
            let file = try FileDescriptor(opening: root + path + "/cgroup.procs", O_WRONLY)
            try Array("\(pid)\n".utf8).withUnsafeBytes { try file.write($0) }
        }
    }

    deinit { end() }

    /// Ends the process and removes the cgroup.
    func remove() throws {
        end()
        guard !Files.exists(directories[0]) else { throw Failed(what: "rmdir") }
    }

    private func end() {
        if pid != 0 {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            pid = 0
        }
        // The kernel lets go of the process a moment after it has been waited for.
        for directory in directories {
            while rmdir(directory) != 0, errno == EBUSY { usleep(1000) }
        }
    }
}
