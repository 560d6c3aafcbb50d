import Glibc
import HostMetrics
import LinuxSystem

/// What the collectors gave in a view.
struct SandboxRun {
    /// `name{labels}` → value.
    private(set) var values: [String: Double] = [:]
    /// What was wrong, as the log and the status have it behind the collector's name.
    private(set) var failures: [String] = []
    private(set) var success: [String: Double] = [:]
    /// The mount points that the view's process sees, in the order they were made, each with its options; its map of users.
    private(set) var ownMounts: [String] = []
    private(set) var userMap = ""

    /// Where the view's process writes it.
    static let outputNumber: Int32 = 900
    static let user = 61_000

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t").map(String.init)
            switch parts[0] {
            case "sample": values[parts[1]] = Double(parts[2])
            case "success": success[parts[1]] = Double(parts[2])
            case "mount": ownMounts.append(parts[1])
            case "users": userMap = parts[1]
            default: failures.append(parts[1])
            }
        }
    }

    /// What `collector` says is wrong.
    func problems(_ collector: String) -> [String] {
        let start = "collector \(collector): "
        return failures.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }

    /// The names and labels of a family whose labels hold `part`.
    func keys(_ family: String, _ part: String = "") -> [String] {
        values.keys.filter { $0.hasPrefix(family + "{") && $0.contains(part) }.sorted()
    }

    /// Runs collectors in this process and writes what they gave; what is nowhere here is not said.
    static func write(_ collectors: [String], _ roots: HostRoots) throws {
        let run = HostRun(collectors, roots: roots) { settings in
            settings.textfile.directories = [roots.rootfs == "/" ? "/home/metrics" : roots.rootfs + "/metrics"]
            settings.services.names = ["sh"]
            settings.sysctl.include = ["fs.protected_hardlinks"]
        }
        var text = ""
        for (key, value) in run.values { text += "sample\t\(key)\t\(value)\n" }
        for (name, value) in run.success { text += "success\t\(name)\t\(value)\n" }
        for failure in run.failures where !failure.isAbsence { text += "failure\t\(failure)\n" }
        for line in try Files.readText("/proc/self/mountinfo", byteLimit: 1 << 20).split(separator: "\n") {
            let columns = line.split(separator: " ")
            text += "mount\t\(columns[4]) \(columns[5].prefix(2))\n"
        }
        let users = try Files.readText("/proc/self/uid_map").split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        text += "users\t\(users.joined(separator: ","))\n"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(outputNumber, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}
