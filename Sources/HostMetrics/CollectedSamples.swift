internal import MetricModel
internal import Synchronization

/// The samples of the run that is under way, put together on the thread that the collectors run on.
///
/// A sample counts a reference to its series, and where two processors count in turn each count fetches the series from
/// the other's cache, which for all samples costs more than reading most files. So the thread that gives the samples of
/// a run also lets go of them, in the next run, and nobody else copies them one by one.
final class CollectedSamples: Sendable {
    private struct Part {
        let member: CollectorMember
        let range: Range<Int>
        /// Those of `range` whose names others chose.
        let foreign: Range<Int>
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

    /// Adds what a collector gave in `run`; the first `foreignCount` of it under names that others chose.
    func append(_ samples: [Sample], foreignCount: Int = 0, of member: CollectorMember, run: UInt64) {
        state.withLock { state in
            guard state.run == run else { return }
            if state.isFresh { state.samples.removeAll(keepingCapacity: true) }
            state.isFresh = false
            let start = state.samples.count
            state.samples.append(contentsOf: samples)
            state.parts.append(
                Part(
                    member: member, range: start..<state.samples.count, foreign: start..<start + foreignCount))
        }
    }

    /// Ends the run and answers its samples, without those of `stuck` members, which came too late for it, and without
    /// those under names that others chose where a collector gave the series too: these are in `repeated`.
    func end(without stuck: [CollectorMember]) -> (
        samples: [Sample], repeated: [(member: CollectorMember, series: [Series])]
    ) {
        state.withLock { state in
            state.run = nil
            if state.isFresh { return ([], []) }
            var left = state.parts.filter { part in !stuck.contains { $0 === part.member } }.map(\.range)
            var repeated: [(member: CollectorMember, series: [Series])] = []
            for part in state.parts where !part.foreign.isEmpty {
                let places = ForeignSamples.repeated(in: part.foreign, of: state.samples)
                if places.isEmpty { continue }
                repeated.append((part.member, places.map { state.samples[$0].series }))
                left = left.flatMap { Self.cut($0, at: places) }
            }
            if stuck.isEmpty, repeated.isEmpty { return (state.samples, []) }
            return (left.flatMap { state.samples[$0] }, repeated)
        }
    }

    /// What is left of `range` without `places`, which rise.
    private static func cut(_ range: Range<Int>, at places: [Int]) -> [Range<Int>] {
        var left: [Range<Int>] = []
        var start = range.lowerBound
        for place in places where range.contains(place) {
            left.append(start..<place)
            start = place + 1
        }
        return left + [start..<range.upperBound]
    }
}
