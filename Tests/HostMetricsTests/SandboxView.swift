import Glibc
import LinuxSystem

/// The collectors run by a process of its own in a view of the system as systemd makes it for a hardened unit, beside a host
/// that is made for the test: a PID namespace whose process 1 has a file system of its own on /home, one on /tmp/data, and
/// the processes of root.
struct SandboxView {
    struct Failed: Error {
        let what: String
    }

    /// What the service's user may be besides a user: `+dac_read_search`.
    var capabilities = ""
    /// Whether it is in a user namespace, in which root and the user are all there are (`PrivateUsers=`).
    var hasPrivateUsers = false
    /// Commands of the shell that change the host.
    var host: [String] = []
    /// Commands of the shell that make the service's mounts.
    var mounts: [String] = []

    static let protectHome = hidden.map { "cover \($0)" }
    static let protectHomeTmpfs = hidden.map {
        "umount -R \($0) 2>/dev/null || true; mount -t tmpfs -o ro,mode=755,size=4m,nr_inodes=1k tmpfs \($0)"
    }
    static let protectHomeReadOnly = hidden.map { "mount --rbind \($0) \($0); mount -o remount,bind,ro \($0)" }
    static let privateTmp = ["mkdir -p /tmp/systemd-private/data", "mount --bind /tmp/systemd-private /tmp"]
    static let privateDevices = [
        "d=/run/private-dev", "mkdir $d", "mount -t tmpfs -o mode=755,size=4m tmpfs $d",
        "for n in null zero full random urandom; do touch $d/$n; mount --bind /dev/$n $d/$n; done",
        "mkdir $d/shm $d/pts", "mount --move $d /dev",
    ]
    // systemd makes them so in a root of its own, which it then goes to; a user namespace needs to be at the root of mounts.
    static let protectSystemStrict = ["for m in / /home /tmp/data; do mount -o remount,bind,ro $m; done"]
    static let protectKernelTunables = ["/proc/sys", "/proc/irq", "/sys"].map {
        "mount --rbind \($0) \($0); mount -o remount,bind,ro \($0)"
    }
    static func proc(_ option: String) -> [String] { ["mount -t proc -o \(option) proc /proc"] }
    private static let hidden = ["/home", "/root", "/run/user"]

    /// The unit that is delivered, as far as views are concerned.
    static let delivered = SandboxView(
        hasPrivateUsers: true,
        mounts: protectSystemStrict + protectHomeReadOnly + privateTmp + privateDevices + protectKernelTunables)

    /// Whether all this can be done here, tried once; what the test's program needs must not be where a view hides it.
    static let isPossible: Bool = {
        guard geteuid() == 0, let maps = try? Files.readText("/proc/self/maps", byteLimit: 4 << 20) else {
            return false
        }
        let areLibrariesHidden = maps.split(separator: "\n").contains { line in
            line.hasSuffix(".so")
                && ["/home/", "/root/", "/run/", "/tmp/", "/mnt/"].contains { line.contains(" \($0)") }
        }
        let script = "mount -t proc proc /proc && unshare --user true"
        return !areLibrariesHidden
            && (try? ChildProcess.run(
                "/usr/bin/unshare", ["--mount", "--pid", "--fork", "/bin/sh", "-c", script])) == 0
    }()

    /// Runs `collectors` once; `tree` is a directory with `proc`, `sys` and `root` to be read instead of the system's.
    func run(_ collectors: [String], tree: String = "") throws -> SandboxRun {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failed(what: "pipe") }
        let program = open("/proc/self/exe", O_RDONLY)
        var logPath = Array("/tmp/wayside-view-XXXXXX".utf8CString)
        let log = mkstemp(&logPath)
        unlink(logPath)
        defer { for number in [ends[0], program, log] { close(number) } }
        for number in ends + [program, log] { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Far from all that is open, so that none of them is in the way of another.
        let targets = [(ends[1], SandboxRun.outputNumber), (program, Self.programNumber), (log, 1), (log, 2)]
        for (number, target) in targets { posix_spawn_file_actions_adddup2(&actions, number, target) }
        let arguments = [
            "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", host(tree: tree),
            view, start,
        ]
        let environment =
            ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WAYSIDE_VIEW=" + collectors.joined(separator: ",")]
            + (tree.isEmpty ? [] : ["WAYSIDE_VIEW_TREE=/mnt"])
        var argumentTexts = arguments.map { strdup($0) } + [nil]
        var environmentTexts = environment.map { strdup($0) } + [nil]
        defer { for text in argumentTexts + environmentTexts { free(text) } }
        var child = pid_t()
        let result = posix_spawn(&child, arguments[0], &actions, nil, &argumentTexts, &environmentTexts)
        close(ends[1])
        guard result == 0 else { throw Failed(what: "posix_spawn: \(result)") }
        let text = Self.readAll(ends[0])
        var status: Int32 = 0
        waitpid(child, &status, 0)
        guard status == 0, !text.isEmpty else {
            lseek(log, 0, SEEK_SET)
            throw Failed(what: "the view ended with \(status): \(Self.readAll(log).suffix(2000))")
        }
        return SandboxRun(text)
    }

    private static let programNumber: Int32 = 901

    /// What the host has. Its shell stays process 1.
    private func host(tree: String) -> String {
        let lines = [
            "set -e", "mount --make-rprivate /", "mount -t proc proc /proc",
            tree.isEmpty ? "" : "mount --bind \(tree) /mnt", "mount -t tmpfs -o mode=755,size=64m disk-of-home /home",
            "mkdir /home/metrics", "echo plant_pressure 3 > /home/metrics/a.prom", "chmod 755 /home/metrics",
            "chmod 644 /home/metrics/a.prom", "mount -t tmpfs -o mode=755,size=8m tmpfs /run",
            "mkdir -p /run/user", "mkdir -p -m 0 /run/systemd/inaccessible/dir",
            "mount -t tmpfs -o mode=1777,size=32m host-tmp /tmp", "mkdir /tmp/data",
            "mount -t tmpfs -o size=16m scratch /tmp/data", host.joined(separator: "\n"),
            // Not the last command of the shell, which would become it.
            "unshare --mount /bin/sh -c \"$0\" \"$1\" || exit 1", "exit 0",
        ]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The service's mounts, behind which it is started.
    private var view: String {
        (["set -e", "cover() { umount -R $1 2>/dev/null || true; mount --bind /run/systemd/inaccessible/dir $1; }"]
            + mounts + ["exec /bin/sh -c \"$0\""]).joined(separator: "\n")
    }

    /// The service as its user, and before that in a user namespace with systemd's maps, which only one outside can write.
    private var start: String {
        let user = SandboxRun.user
        let some = capabilities.isEmpty ? "" : ",\(capabilities)"
        let ambient = capabilities.isEmpty ? "" : " --ambient-caps=\(capabilities)"
        let service =
            "exec setpriv --reuid \(user) --regid \(user) --clear-groups --no-new-privs --bounding-set=-all\(some) "
            + "--inh-caps=-all\(some)\(ambient) /proc/self/fd/\(Self.programNumber) --testing-library swift-testing "
            + "--filter SandboxViewHelper"
        guard hasPrivateUsers else { return service }
        return """
            set -e
            map=$(printf '0 0 1\\n\(user) \(user) 1')
            outside=$(readlink /proc/self/ns/user)
            ( while [ "$(readlink /proc/$$/ns/user)" = "$outside" ]; do :; done
              echo "$map" > /proc/$$/uid_map; echo "$map" > /proc/$$/gid_map ) &
            exec unshare --user /bin/sh -c 'until grep -q . /proc/self/gid_map; do :; done
            \(service)'
            """
    }

    private static func readAll(_ number: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(number, &buffer, buffer.count)
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
