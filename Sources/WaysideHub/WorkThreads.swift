internal import LinuxSystem
internal import Synchronization

/// Runs work that keeps a processor busy (queries, decoding) on threads of its own, at most `limit` at once, so that
/// a heavy piece of it holds up neither the other kind nor the small answers. A thread is kept for a while when it has
/// nothing to do.
final class WorkThreads: Sendable {
    private typealias Work = @Sendable () -> Void

    private enum Admission {
        case queued
        case woken(Wakeup)
        case needsThread
        case refused
    }

    private struct State {
        /// In the order in which it came.
        var waiting: [Work] = []
        var idle: [Wakeup] = []
        var threadCount = 0
        var isEnding = false
    }

    /// What a thread is started for; it is let go once it has run.
    private final class FirstWork: Sendable {
        private let work: Mutex<Work?>

        init(_ work: @escaping Work) { self.work = Mutex(work) }

        func run() { work.withLock { $0.take() }?() }
    }

    /// What the threads share; it outlives the owner until the last of them has ended.
    private final class Crew: Sendable {
        let state = Mutex(State())
    }

    private let crew = Crew()
    private let name: String
    private let limit: Int
    private let waitingLimit: Int
    private static let idleMilliseconds: Int32 = 30_000
    /// A query's tree may be as deep as `QueryParser.Options.depthLimit`, and parsing and evaluating it go down all of it,
    /// in a debug build with 40 KiB a level. Of a stack only what was ever used takes memory.
    private static let stackByteCount = 64 << 20

    /// `name` is the threads', at most 15 bytes. Beside what runs, `waitingLimit` pieces of work may wait.
    init(name: String, limit: Int, waitingLimit: Int = 0) {
        self.name = name
        self.limit = limit
        self.waitingLimit = waitingLimit
    }

    deinit {
        let idle = crew.state.withLock { state in
            state.isEnding = true
            return state.idle
        }
        for wakeup in idle { wakeup.signal() }
    }

    struct Load {
        let running: Int
        let waiting: Int
    }

    var load: Load {
        crew.state.withLock { Load(running: $0.threadCount - $0.idle.count, waiting: $0.waiting.count) }
    }

    /// The result of `work`, or nil when as much runs and waits already as may.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Result?, Never>) in
            if !submit({ continuation.resume(returning: work()) }) { continuation.resume(returning: nil) }
        }
    }

    /// Runs `work` some time; false when as much runs and waits already as may.
    func offer(_ work: @escaping @Sendable () -> Void) -> Bool { submit(work) }

    private func submit(_ work: @escaping Work) -> Bool {
        let admission = crew.state.withLock { state -> Admission in
            if let wakeup = state.idle.popLast() {
                state.waiting.append(work)
                return .woken(wakeup)
            }
            if state.threadCount < limit {
                state.threadCount += 1
                return .needsThread
            }
            guard state.waiting.count < waitingLimit else { return .refused }
            state.waiting.append(work)
            return .queued
        }
        switch admission {
        case .queued: return true
        case .woken(let wakeup):
            wakeup.signal()
            return true
        case .needsThread: return startThread(with: work)
        case .refused: return false
        }
    }

    /// False where there is no thread to be had: the caller is told to come back, as for too many at once.
    private func startThread(with work: @escaping Work) -> Bool {
        let crew = crew
        // The thread lives on, and would keep what its first work holds.
        let first = FirstWork(work)
        do throws(SystemError) {
            let wakeup = try Wakeup()
            try DedicatedThread.start(name: name, stackByteCount: Self.stackByteCount) {
                first.run()
                Self.work(crew, wakeup)
            }
            return true
        } catch {
            crew.state.withLock { $0.threadCount -= 1 }
            return false
        }
    }

    /// A thread's life: takes what waits, and ends when nothing has come for a while.
    private static func work(_ crew: Crew, _ wakeup: Wakeup) {
        while true {
            let (next, isEnd) = crew.state.withLock { state -> (Work?, Bool) in
                if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
                if state.isEnding {
                    state.threadCount -= 1
                    return (nil, true)
                }
                // It is still there where it woke for nothing.
                if !state.idle.contains(where: { $0 === wakeup }) { state.idle.append(wakeup) }
                return (nil, false)
            }
            if isEnd { return }
            if let next {
                next()
            } else if !isWoken(wakeup), crew.state.withLock({ leave(&$0, wakeup) }) {
                return
            }
        }
    }

    private static func isWoken(_ wakeup: Wakeup) -> Bool {
        var interests = [Poll.Interest(wakeup.number, readable: true)]
        var count = 0
        // Polling an eventfd fails only on our own bugs; the loop then looks for work again.
        do throws(SystemError) { count = try Poll.wait(&interests, timeoutMilliseconds: idleMilliseconds) } catch {}
        wakeup.clear()
        return count > 0
    }

    /// Takes an idle thread out, unless it has been woken meanwhile.
    private static func leave(_ state: inout State, _ wakeup: Wakeup) -> Bool {
        guard let place = state.idle.firstIndex(where: { $0 === wakeup }) else { return false }
        state.idle.remove(at: place)
        state.threadCount -= 1
        return true
    }
}
