internal import LinuxSystem
internal import Synchronization

/// Threads that do one piece of work together, and one that waits until the others have left.
final class WorkParty: Sendable {
    private struct State {
        var inside = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let lastLeft: Wakeup

    init() throws(SystemError) { lastLeft = try Wakeup() }

    /// False when it is over.
    func enter() -> Bool {
        state.withLock { state in
            if !state.isOver { state.inside += 1 }
            return !state.isOver
        }
    }

    func leave() {
        let isLast = state.withLock { state in
            state.inside -= 1
            return state.isOver && state.inside == 0
        }
        if isLast { lastLeft.signal() }
    }

    /// Lets nobody in any more and waits for those inside.
    func end() {
        let isEmpty = state.withLock { state in
            state.isOver = true
            return state.inside == 0
        }
        if isEmpty { return }
        var hasEnded = false
        while !hasEnded {
            var interests = [Poll.Interest(lastLeft.number, readable: true)]
            // Interrupted or failed, the next turn looks again.
            do throws(SystemError) { hasEnded = try Poll.wait(&interests, timeoutMilliseconds: 1000) > 0 } catch {}
        }
    }
}
