internal import LinuxSystem
internal import Synchronization

/// One thread that does jobs in turn, and the side of it that waits for them.
final class DeadlineWorker<Job: Sendable, Answer: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var answers: [Answer] = []
        /// When the job under way was begun.
        var begunNanoseconds: Int64 = 0
        var isStopped = false

        var isIdle: Bool { answers.count == jobs.count }
    }

    private let state = Mutex(State())
    private let questions: Wakeup
    private let finished: Wakeup
    private let prepare: @Sendable () -> (Job) -> Answer

    /// Starts the thread; `prepare` is called on it once and answers what does a job.
    init(name: String, prepare: @escaping @Sendable () -> (Job) -> Answer) throws(SystemError) {
        self.prepare = prepare
        questions = try Wakeup()
        finished = try Wakeup()
        try DedicatedThread.start(name: name, stackByteCount: 256 << 10) { self.run() }
    }

    /// Whether no job is under way: after a stuck one this means that it has ended at last.
    var isIdle: Bool { state.withLock { $0.isIdle } }

    /// Lets the thread end, as soon as the job under way has.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.jobs = Array(state.jobs.prefix(state.answers.count + 1))
        }
        questions.signal()
    }

    /// Does `jobs` and waits; fewer answers than jobs mean that the job after the last answer has taken longer than the
    /// timeout. The worker is then only good for `stop()` and `isIdle`.
    func answers(_ jobs: [Job], timeoutNanoseconds: Int64) throws(SystemError) -> [Answer] {
        state.withLock { state in
            precondition(state.isIdle && !state.isStopped)
            state.jobs = jobs
            state.answers.removeAll(keepingCapacity: true)
            state.begunNanoseconds = Clocks.monotonicNanoseconds()
        }
        questions.signal()
        while true {
            let (isIdle, begun) = state.withLock { ($0.isIdle, $0.begunNanoseconds) }
            let left = begun + timeoutNanoseconds - Clocks.monotonicNanoseconds()
            if isIdle || left <= 0 { return state.withLock { $0.answers } }
            var interests = [Poll.Interest(finished.number, readable: true)]
            try Poll.wait(&interests, timeoutMilliseconds: Int32(clamping: left / 1_000_000 + 1))
            // Before the state is looked at again, so that no signal is lost.
            finished.clear()
        }
    }

    private func run() {
        let perform = prepare()
        while true {
            while let job = nextJob() {
                let answer = perform(job)
                state.withLock { state in
                    state.answers.append(answer)
                    state.begunNanoseconds = Clocks.monotonicNanoseconds()
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

    private func nextJob() -> Job? {
        state.withLock { $0.isIdle ? nil : $0.jobs[$0.answers.count] }
    }
}
