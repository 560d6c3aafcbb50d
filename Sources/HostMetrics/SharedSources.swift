internal import LinuxSystem

/// Files that more than one collector reads, read once a run.
package final class SharedSources {
    let statistics: KernelStatisticsSource

    package init(roots: HostRoots) {
        statistics = KernelStatisticsSource(procfs: roots.procfs)
    }
}
