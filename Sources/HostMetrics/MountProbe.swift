internal import LinuxSystem

/// Asks mounted filesystems how full they are, on another thread, so that one that never answers (a network or FUSE
/// filesystem whose server is gone) cannot stop the agent.
///
/// Such a mount holds its thread until it answers or the process ends; it counts as stuck and is not asked again before
/// that. A new thread takes over the others.
final class MountProbe {
    enum Outcome: Equatable {
        case usage(FilesystemUsage)
        case failed(SystemError)
        /// It has not answered in time now, or has not answered yet since an earlier run.
        case stuck
    }

    private let timeoutNanoseconds: Int64
    private let stuckLimit: Int
    private let ask: MountProbeWorker.Question
    private var worker: MountProbeWorker?
    private var stuck: [String: MountProbeWorker] = [:]

    /// `ask` is statfs except in tests.
    init(
        timeoutMilliseconds: Int, stuckLimit: Int,
        ask: @escaping MountProbeWorker.Question = { path throws(SystemError) in try FilesystemUsage(of: path) }
    ) {
        timeoutNanoseconds = Int64(timeoutMilliseconds) * 1_000_000
        self.stuckLimit = stuckLimit
        self.ask = ask
    }

    deinit { worker?.stop() }

    /// How many mounts hold a thread now.
    var stuckCount: Int { stuck.count }

    /// The outcomes for `paths`, in their order. Waits for each mount at most the timeout, and for at most the limit's
    /// number of them.
    func probe(_ paths: [String]) throws(SystemError) -> [Outcome] {
        stuck = stuck.filter { !$0.value.isIdle }
        var outcomes = [Outcome](repeating: .stuck, count: paths.count)
        var waiting = paths.indices.filter { stuck[paths[$0]] == nil }
        while !waiting.isEmpty, stuck.count < stuckLimit {
            let worker = try readyWorker()
            let answers = try worker.answers(waiting.map { paths[$0] }, timeoutNanoseconds: timeoutNanoseconds)
            for (index, answer) in zip(waiting, answers) { outcomes[index] = answer }
            guard answers.count < waiting.count else { break }
            // The mount after the last answer is the one that hangs, and its thread with it.
            let hanging = waiting[answers.count]
            stuck[paths[hanging]] = worker
            worker.stop()
            self.worker = nil
            waiting.removeFirst(answers.count + 1)
            waiting.removeAll { paths[$0] == paths[hanging] }
        }
        return outcomes
    }

    private func readyWorker() throws(SystemError) -> MountProbeWorker {
        if let worker { return worker }
        let made = try MountProbeWorker(ask: ask)
        worker = made
        return made
    }
}
