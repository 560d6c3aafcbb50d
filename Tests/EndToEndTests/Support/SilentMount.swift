import Glibc
import LinuxSystem
import TestPeers

/// A FUSE file system whose server never answers: whoever asks it anything waits. Only root can have one.
final class SilentMount {
    let mountPoint: String
    private var server: RealProcess?
    private let directory: ScratchDirectory

    /// Whether this machine lets the tests mount one; found out by doing it.
    static let isPossible: Bool = {
        guard Files.exists("/dev/fuse"), geteuid() == 0 else { return false }
        do {
            let directory = try ScratchDirectory()
            defer { withExtendedLifetime(directory) {} }
            let mount = try SilentMount(at: directory.path + "/mount")
            // The agent looks at the mounts of process 1, which may not be those of the tests.
            return try readText("/proc/1/mountinfo").contains(mount.mountPoint)
        } catch {
            return false
        }
    }()

    init(at mountPoint: String) throws {
        self.mountPoint = mountPoint
        directory = try ScratchDirectory()
        try Files.makeDirectory(mountPoint)
        // The shell holds the server's side of the connection and never reads it.
        let script =
            "exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent \"$0\" "
            + "&& echo mounted && exec sleep 3600"
        let log = directory.path + "/log"
        let server = try RealProcess("/bin/bash", ["-c", script, mountPoint], log: log)
        self.server = server
        try Condition.wait(for: "the mount") { try readText(log).contains("mounted") }
    }

    /// The server goes: whoever waits gets an error.
    func end() {
        guard let server else { return }
        self.server = nil
        server.kill()
        do { _ = try Programs.run("/bin/umount", ["--lazy", mountPoint]) } catch { print("\(error)") }
    }

    deinit { end() }
}
