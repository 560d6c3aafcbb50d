import Daemon
import HTTPExchange
import LinuxSystem

/// Names that node_exporter or the seeds fix and that promtool's style rules do not like. A complaint about any other
/// name fails the test.
enum FixedNames {
    static let complaints = [
        "node_filesystem_files ", "node_memory_", "node_disk_", "node_network_", "node_cpu_",
    ]
}
