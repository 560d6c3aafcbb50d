/// How much of a stretch of time an agent's heartbeat covers: the sample `up` = 1 that it takes at every tick.
///
/// Pure arithmetic over the heartbeat's times. A step of more than one and a half intervals is a hole, from the beat
/// before it to the beat after it, and what is missing of it is all but one interval.
struct HeartbeatCoverage: Equatable {
    /// A stretch without heartbeat, between the two beats around it, or without a second one while it lasts.
    struct Hole: Equatable {
        let fromUnixMilliseconds: Int64
        /// Nil while it lasts.
        let throughUnixMilliseconds: Int64?
    }

    /// The median of the steps, nil with fewer than three beats.
    let intervalMilliseconds: Int64?
    /// Oldest first, at most `holeLimit`, the newest kept.
    private(set) var holes: [Hole] = []
    private(set) var holeCount = 0
    private var missingMilliseconds: Int64 = 0
    private let spanMilliseconds: Int64
    static let holeLimit = 100

    /// - Parameters:
    ///   - beats: the heartbeat's times in milliseconds since 1970, strictly ascending.
    ///   - from: where the stretch begins, or nil to begin with the first beat (an agent that is new).
    ///   - through: where it ends.
    ///   - isEnding: whether what follows the last beat is missing. Not so for an agent that is heard and only has not
    ///     sent the last seconds yet: then the stretch ends with the last beat.
    init(_ beats: [Int64], from: Int64?, through: Int64, isEnding: Bool) {
        let interval = Self.median(of: beats)
        intervalMilliseconds = interval
        guard let first = beats.first, let last = beats.last else {
            spanMilliseconds = max(0, through - (from ?? through))
            missingMilliseconds = isEnding ? spanMilliseconds : 0
            if isEnding, let from, through > from { note(from, nil, missing: 0) }
            return
        }
        let start = from ?? first
        let end = isEnding ? max(through, last) : last
        spanMilliseconds = max(0, end - start)
        let tolerated = interval.map { $0 + $0 / 2 } ?? .max
        if first - start > tolerated { note(start, first, missing: first - start - (interval ?? 0)) }
        for index in beats.indices.dropFirst() where beats[index] - beats[index - 1] > tolerated {
            note(beats[index - 1], beats[index], missing: beats[index] - beats[index - 1] - (interval ?? 0))
        }
        if isEnding, end - last > tolerated { note(last, nil, missing: end - last - (interval ?? 0)) }
    }

    /// The share of the stretch that is covered, 0 to 1; nil where there is nothing to tell it from.
    var completeness: Double? {
        guard spanMilliseconds > 0 else { return nil }
        return max(0, min(1, 1 - Double(missingMilliseconds) / Double(spanMilliseconds)))
    }

    private mutating func note(_ from: Int64, _ through: Int64?, missing: Int64) {
        missingMilliseconds += missing
        holeCount += 1
        if holes.count == Self.holeLimit { holes.removeFirst() }
        holes.append(Hole(fromUnixMilliseconds: from, throughUnixMilliseconds: through))
    }

    /// The lower median of the steps between beats.
    private static func median(of beats: [Int64]) -> Int64? {
        guard beats.count >= 3 else { return nil }
        let steps = beats.indices.dropFirst().map { beats[$0] - beats[$0 - 1] }.sorted()
        return steps[(steps.count - 1) / 2]
    }
}
