import Glibc
import LinuxSystem

@testable import HostMetrics

/// A real systemd as process 1 of namespaces of its own, with a real bus, units that the test wrote and none of the
/// machine's. Nothing of the machine is changed: its files are read-only in there.
final class SystemdInNamespace {
    static let systemd = "/lib/systemd/systemd"
    static let daemon = "/usr/bin/dbus-daemon"
    private static let unshare = "/usr/bin/unshare"

    /// Needs root, and the right to make namespaces and cgroups.
    static let isPossible: Bool = {
        guard getuid() == 0, [systemd, daemon, unshare].allSatisfy({ (path: String) in access(path, X_OK) == 0 }) else {
            return false
        }
        let name = "wayside-probe-\(Machine.processID())"
        defer { removeCgroups(name) }
        let kinds = ["--pid", "--fork", "--mount", "--cgroup", "--uts", "--ipc", "--net"]
        return (try? ChildProcess.run(unshare, kinds + ["/bin/true"])) == 0
            && cgroupPlaces.contains(where: { mkdir($0 + "/" + name, 0o755) == 0 })
    }()

    let directory: String
    private let name: String
    private var child: ChildProcess?

    var address: String { "unix:path=\(directory)/bus/system_bus_socket" }

    /// Boots it; `units` are the units' files by their names. The bus is there when this returns.
    init(_ units: [String: String]) throws {
        name = "wayside-systemd-\(Machine.processID())"
        directory = "/tmp/" + name
        Self.removeCgroups(name)
        for part in ["/units", "/bus"] { try Files.makeDirectory(directory + part) }
        // The bus's own user goes through it.
        for path in [directory, directory + "/bus"] { chmod(path, 0o755) }
        for (name, text) in units { try write(name, text) }
        try Files.replace(directory + "/boot.sh", with: Array(Self.script.utf8))
        child = try ChildProcess("/bin/sh", [directory + "/boot.sh", directory, name])
        try Self.wait("the bus") { Files.exists(directory + "/bus/system_bus_socket") }
    }

    deinit {
        child = nil
        Self.removeCgroups(name)
        _ = try? ChildProcess.run("/bin/rm", ["-rf", directory])
    }

    /// Writes a unit's file; systemd sees it when it reads its units again.
    func write(_ name: String, _ text: String) throws {
        let unit = "[Unit]\nDefaultDependencies=no\n" + text
        try Files.replace(directory + "/units/" + name, with: Array(unit.utf8))
    }

    /// Calls a method of systemd's manager: `call("StopUnit", "ss", "a.service", "replace")`.
    func call(_ arguments: String...) throws {
        let status = try ChildProcess.run(
            "/usr/bin/busctl",
            [
                "--address=" + address, "--quiet", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                "org.freedesktop.systemd1.Manager",
            ] + arguments)
        guard status == 0 else { throw ChildProcess.Failed(what: "busctl \(arguments)") }
    }

    /// Waits until `condition` holds; a minute is for a machine that does much else.
    static func wait(_ what: String, _ condition: () throws -> Bool) throws {
        let end = Clocks.monotonicNanoseconds() + 60_000_000_000
        while try !condition() {
            guard Clocks.monotonicNanoseconds() < end else { throw ChildProcess.Failed(what: "waited for \(what)") }
            Clocks.sleep(milliseconds: 20)
        }
    }

    private static let cgroupPlaces =
        Files.exists("/sys/fs/cgroup/cgroup.procs")
        ? ["/sys/fs/cgroup"] : ["systemd", "pids", "unified"].map { "/sys/fs/cgroup/" + $0 }

    /// Their processes have been killed, and take a moment to be gone.
    private static func removeCgroups(_ name: String) {
        for place in cgroupPlaces where Files.exists(place + "/" + name) {
            for _ in 0..<200 where Files.exists(place + "/" + name) {
                _ = try? ChildProcess.run(
                    "/bin/sh", ["-c", "find '\(place)/\(name)' -depth -type d -exec rmdir {} + 2>/dev/null"])
                if Files.exists(place + "/" + name) { Clocks.sleep(milliseconds: 20) }
            }
        }
    }

    private static let script = #"""
        set -eu
        shared=$1 name=$2
        if [ "${3:-}" = "" ]; then
            if [ -e /sys/fs/cgroup/cgroup.procs ]; then
                places=/sys/fs/cgroup
            else
                places="/sys/fs/cgroup/systemd /sys/fs/cgroup/pids /sys/fs/cgroup/unified"
            fi
            for place in $places; do
                [ -d "$place" ] || continue
                mkdir -p "$place/$name"
                echo $$ >"$place/$name/cgroup.procs"
            done
            exec unshare --pid --fork --kill-child --mount --cgroup --uts --ipc --net \
                /bin/sh "$0" "$shared" "$name" inside
        fi
        mount --make-rprivate /
        if [ -e /sys/fs/cgroup/cgroup.procs ]; then
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
        else
            mount -t tmpfs tmpfs /sys/fs/cgroup
            mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/pids /sys/fs/cgroup/unified
            mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
            mount -t cgroup -o pids cgroup /sys/fs/cgroup/pids
            mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
        fi
        mount --bind "$shared" "$shared"
        mount -t tmpfs tmpfs /run
        mount -t proc proc /proc
        mount -o remount,bind,ro /
        mkdir -p /run/dbus /run/lock
        mount --bind "$shared/bus" /run/dbus
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=wayside SYSTEMD_UNIT_PATH="$shared/units" \
            /lib/systemd/systemd --system --unit=wayside.target --log-target=null --show-status=0

        """#
}
