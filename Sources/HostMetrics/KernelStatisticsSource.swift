internal import LinuxSystem
internal import Synchronization

/// /proc/stat, read and parsed once a run: making it costs the kernel a walk over all interrupts.
final class KernelStatisticsSource {
    private let file: KeptFile
    private var statistics = KernelStatistics()
    private var lastRun: UInt64?
    private var failure: CollectorError?
    /// A collector that is stuck in here must not be joined by another.
    private let isBusy = Atomic(false)

    init(procfs: String) {
        file = KeptFile(procfs + "/stat", endsAtShortRead: true)
    }

    /// This run's statistics, or the error that each collector which asks in this run gets.
    func current(_ output: borrowing CollectorOutput) throws(CollectorError) -> KernelStatistics {
        guard !isBusy.exchange(true, ordering: .acquiring) else {
            throw .system(.busy(file.path))
        }
        defer { isBusy.store(false, ordering: .releasing) }
        if lastRun != output.run {
            lastRun = output.run
            failure = nil
            do throws(CollectorError) { try refresh(output) } catch { failure = error }
        }
        if let failure { throw failure }
        return statistics
    }

    private func refresh(_ output: borrowing CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try statistics.parse(bytes) } catch { throw CollectorError(error, file.path) }
    }
}
