import Testing

@testable import WaysideHub

@Suite(.timeLimit(.minutes(1))) struct WorkThreadsTests {
    private final class Load: Sendable {}

    private struct Reference {
        weak var load: Load?
    }

    private static func run(on threads: WorkThreads) async -> Reference {
        let load = Load()
        #expect(await threads.run { withExtendedLifetime(load) { 7 } } == 7)
        return Reference(load: load)
    }

    /// A thread waits for more work with nothing of what it did: neither of the first, for which it was started, nor of
    /// what came later.
    @Test func whatIsDoneIsLetGo() async {
        let threads = WorkThreads(name: "test", limit: 1, waitingLimit: 1)
        for _ in 0..<3 {
            let reference = await Self.run(on: threads)
            while reference.load != nil { await Task.yield() }
        }
        #expect(threads.load.waiting == 0)
    }
}
