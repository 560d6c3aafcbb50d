internal import LinuxSystem

/// Asks mounted filesystems how full they are, on another thread: one that never answers (a network or FUSE filesystem
/// whose server is gone) must cost the others nothing.
final class MountProbe {
    typealias Question = @Sendable (String) throws(SystemError) -> FilesystemUsage

    enum Outcome: Equatable, Sendable {
        case usage(FilesystemUsage)
        case failed(SystemError)
        /// It has not answered in time now, or has not answered yet since an earlier run.
        case stuck
    }

    private let runner: DeadlineRunner<String, Outcome>

    /// `ask` is statfs except in tests.
    init(
        timeoutMilliseconds: Int, stuckLimit: Int,
        ask: @escaping Question = { path throws(SystemError) in try FilesystemUsage(of: path) }
    ) {
        runner = DeadlineRunner(
            name: "mount-probe", timeoutMilliseconds: timeoutMilliseconds, stuckLimit: stuckLimit
        ) {
            { path in
                do throws(SystemError) { return .usage(try ask(path)) } catch { return .failed(error) }
            }
        }
    }

    /// How many mounts hold a thread now.
    var stuckCount: Int { runner.stuckCount }

    /// The outcomes for `paths`, in their order. Waits for each mount at most the timeout, and for at most the limit's
    /// number of them.
    func probe(_ paths: [String]) throws(SystemError) -> [Outcome] {
        try runner.answers(paths).map { $0 ?? .stuck }
    }
}
