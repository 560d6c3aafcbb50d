internal import LinuxSystem
internal import Synchronization

/// One thread that asks mounts in turn, and the side of it that waits for the answers.
final class MountProbeWorker: Sendable {
    typealias Question = @Sendable (String) throws(SystemError) -> FilesystemUsage

    private struct State {
        var paths: [String] = []
        var answers: [MountProbe.Outcome] = []
        /// When the mount under way was asked.
        var askedNanoseconds: Int64 = 0
        var isStopped = false

        var isIdle: Bool { answers.count == paths.count }
    }

    private let state = Mutex(State())
    private let questions: Wakeup
    private let finished: Wakeup
    private let ask: Question

    /// Starts the thread.
    init(ask: @escaping Question) throws(SystemError) {
        self.ask = ask
        questions = try Wakeup()
        finished = try Wakeup()
        try DedicatedThread.start(name: "mount-probe", stackByteCount: 128 << 10) { self.run() }
    }

    /// Whether no mount is being asked: after a stuck one this means that it has answered at last.
    var isIdle: Bool { state.withLock { $0.isIdle } }

    /// Lets the thread end, as soon as the mount under way has answered.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.paths = Array(state.paths.prefix(state.answers.count + 1))
        }
        questions.signal()
    }

    /// Asks `paths` and waits; fewer answers than paths mean that the mount after the last answer has taken longer than
    /// the timeout. The worker is then only good for `stop()` and `isIdle`.
    func answers(_ paths: [String], timeoutNanoseconds: Int64) throws(SystemError) -> [MountProbe.Outcome] {
        state.withLock { state in
            precondition(state.isIdle && !state.isStopped)
            state.paths = paths
            state.answers.removeAll(keepingCapacity: true)
            state.askedNanoseconds = Clocks.monotonicNanoseconds()
        }
        questions.signal()
        while true {
            let (isIdle, asked) = state.withLock { ($0.isIdle, $0.askedNanoseconds) }
            let left = asked + timeoutNanoseconds - Clocks.monotonicNanoseconds()
            if isIdle || left <= 0 { return state.withLock { $0.answers } }
            var interests = [Poll.Interest(finished.number, readable: true)]
            try Poll.wait(&interests, timeoutMilliseconds: Int32(clamping: left / 1_000_000 + 1))
            // Before the state is looked at again, so that no signal is lost.
            finished.clear()
        }
    }

    private func run() {
        while true {
            while let path = nextPath() {
                let outcome: MountProbe.Outcome
                do throws(SystemError) { outcome = .usage(try ask(path)) } catch { outcome = .failed(error) }
                state.withLock { state in
                    state.answers.append(outcome)
                    state.askedNanoseconds = Clocks.monotonicNanoseconds()
                }
            }
            finished.signal()
            if state.withLock({ $0.isStopped }) { return }
            var interests = [Poll.Interest(questions.number, readable: true)]
            // Only a bad descriptor makes poll fail, and these live as long as the worker.
            do { try Poll.wait(&interests, timeoutMilliseconds: -1) } catch { return }
            questions.clear()
        }
    }

    private func nextPath() -> String? {
        state.withLock { $0.isIdle ? nil : $0.paths[$0.answers.count] }
    }
}
