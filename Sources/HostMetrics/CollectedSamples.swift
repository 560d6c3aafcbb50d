internal import MetricModel
internal import Synchronization

/// The samples of the run that is under way, put together on the thread that the collectors run on.
///
/// A sample counts a reference to its series, and where two processors count in turn each count fetches the series from
/// the other's cache, which for all samples costs more than reading most files. So the thread that gives the samples of
/// a run also lets go of them, in the next run, and nobody else copies them one by one.
final class CollectedSamples: Sendable {
    private struct Part {
        let member: ObjectIdentifier
        let range: Range<Int>
    }

    private struct State {
        /// The run that samples are taken of; nil between runs, when what still comes is dropped.
        var run: UInt64?
        /// Of the run before until the first ones of this run come.
        var samples: [Sample] = []
        var parts: [Part] = []
        var isFresh = true
    }

    private let state = Mutex(State())

    func begin(run: UInt64) {
        state.withLock { state in
            state.run = run
            state.isFresh = true
            state.parts.removeAll(keepingCapacity: true)
        }
    }

    /// Adds what a collector gave in `run`.
    func append(_ samples: [Sample], of member: CollectorMember, run: UInt64) {
        state.withLock { state in
            guard state.run == run else { return }
            if state.isFresh { state.samples.removeAll(keepingCapacity: true) }
            state.isFresh = false
            let start = state.samples.count
            state.samples.append(contentsOf: samples)
            state.parts.append(Part(member: ObjectIdentifier(member), range: start..<state.samples.count))
        }
    }

    /// Ends the run and answers its samples, without those of `stuck` members, which came too late for it.
    func end(without stuck: [CollectorMember]) -> [Sample] {
        state.withLock { state in
            state.run = nil
            if state.isFresh { return [] }
            if stuck.isEmpty { return state.samples }
            let left = state.parts.filter { part in !stuck.contains { ObjectIdentifier($0) == part.member } }
            return left.flatMap { state.samples[$0.range] }
        }
    }
}
