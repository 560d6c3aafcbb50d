internal import LinuxSystem

/// Does jobs that may never end on another thread, so that none of them can stop the agent.
///
/// A job that does not end in time holds its thread until it does or the process ends; it counts as stuck and is not
/// begun again before that. A new thread takes over the others.
final class DeadlineRunner<Job: Hashable & Sendable, Answer: Sendable> {
    private let name: String
    private let timeoutNanoseconds: Int64
    private let stuckLimit: Int
    private let prepare: @Sendable () -> (Job) -> Answer
    private var worker: DeadlineWorker<Job, Answer>?
    private var stuck: [Job: DeadlineWorker<Job, Answer>] = [:]

    /// `name` is the thread's, at most 15 bytes. `prepare` is called once on each thread and answers what does a job.
    init(
        name: String, timeoutMilliseconds: Int, stuckLimit: Int, prepare: @escaping @Sendable () -> (Job) -> Answer
    ) {
        self.name = name
        timeoutNanoseconds = Int64(timeoutMilliseconds) * 1_000_000
        self.stuckLimit = stuckLimit
        self.prepare = prepare
    }

    deinit { worker?.stop() }

    /// How many jobs hold a thread now.
    var stuckCount: Int { stuck.count }

    /// The answers to `jobs`, in their order, nil for those that are stuck: not ended in time now or since an earlier
    /// call, or not begun because as many as the limit hold a thread. Waits for each at most the timeout, and for at most
    /// the limit's number of them.
    func answers(_ jobs: [Job]) throws(SystemError) -> [Answer?] {
        if !stuck.isEmpty { stuck = stuck.filter { !$0.value.isIdle } }
        var answers = [Answer?](repeating: nil, count: jobs.count)
        var waiting = jobs.indices.filter { stuck[jobs[$0]] == nil }
        while !waiting.isEmpty, stuck.count < stuckLimit {
            let worker = try readyWorker()
            let some = try worker.answers(waiting.map { jobs[$0] }, timeoutNanoseconds: timeoutNanoseconds)
            for (index, answer) in zip(waiting, some) { answers[index] = answer }
            guard some.count < waiting.count else { break }
            // The job after the last answer is the one that hangs, and its thread with it.
            let hanging = jobs[waiting[some.count]]
            stuck[hanging] = worker
            worker.stop()
            self.worker = nil
            waiting.removeFirst(some.count + 1)
            waiting.removeAll { jobs[$0] == hanging }
        }
        return answers
    }

    private func readyWorker() throws(SystemError) -> DeadlineWorker<Job, Answer> {
        if let worker { return worker }
        let made = try DeadlineWorker(name: name, prepare: prepare)
        worker = made
        return made
    }
}
