import Synchronization
import Testing

@testable import WaysideHub

@Suite struct QueryHelpersTests {
    private final class Counts: Sendable {
        let begun = Atomic(0)
        let ended = Atomic(0)
        let next = Atomic(0)
    }

    @Test func nobodyIsInsideWhenItReturns() {
        let helpers = QueryHelpers(processorCount: 4)
        for _ in 0..<300 {
            let counts = Counts()
            helpers.share {
                counts.begun.add(1, ordering: .relaxed)
                while counts.next.add(1, ordering: .relaxed).newValue < 500 {}
                counts.ended.add(1, ordering: .relaxed)
            }
            let begun = counts.begun.load(ordering: .relaxed)
            #expect((1...4).contains(begun) && counts.ended.load(ordering: .relaxed) == begun)
        }
    }

    /// One helper for three queries at once: each comes to its end, alone or not.
    @Test func queriesShareTheHelpers() async {
        let helpers = QueryHelpers(processorCount: 2)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    (0..<100).allSatisfy { _ in
                        let counts = Counts()
                        helpers.share {
                            counts.begun.add(1, ordering: .relaxed)
                            while counts.next.add(1, ordering: .relaxed).newValue < 500 {}
                        }
                        return (1...2).contains(counts.begun.load(ordering: .relaxed))
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func oneProcessorHasNoHelpers() {
        let counts = Counts()
        QueryHelpers(processorCount: 1).share { counts.begun.add(1, ordering: .relaxed) }
        #expect(counts.begun.load(ordering: .relaxed) == 1)
    }
}
