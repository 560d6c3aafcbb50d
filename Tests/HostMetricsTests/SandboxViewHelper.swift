import HostMetrics
import LinuxSystem
import Testing

/// Not a test: the process that `SandboxView` starts inside a view is this program with this suite only.
@Suite struct SandboxViewHelper {
    @Test(
        .enabled(
            if: Machine.environment("WAYSIDE_VIEW") != nil, "it runs in the views that SandboxViewTests makes only"))
    func collect() throws {
        let names = (Machine.environment("WAYSIDE_VIEW") ?? "").split(separator: ",").map(String.init)
        let tree = Machine.environment("WAYSIDE_VIEW_TREE")
        let roots = tree.map { HostRoots(procfs: $0 + "/proc", sysfs: $0 + "/sys", rootfs: $0 + "/root") }
        try SandboxRun.write(names, roots ?? HostRoots())
    }
}
