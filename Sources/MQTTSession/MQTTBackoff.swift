/// How long to wait before the next attempt: doubling from the first delay to the longest, each cut by a random
/// part of its half so that a fleet does not return in step.
struct MQTTBackoff {
    let firstMilliseconds: Int
    let longestMilliseconds: Int
    private var nextMilliseconds: Int

    init(firstMilliseconds: Int, longestMilliseconds: Int) {
        precondition(firstMilliseconds >= 1 && longestMilliseconds >= firstMilliseconds)
        self.firstMilliseconds = firstMilliseconds
        self.longestMilliseconds = longestMilliseconds
        nextMilliseconds = firstMilliseconds
    }

    /// The delay before the next attempt, between half and all of the current step.
    mutating func next(using random: inout some RandomNumberGenerator) -> Int {
        let step = nextMilliseconds
        nextMilliseconds = min(step * 2, longestMilliseconds)
        return Int.random(in: (step + 1) / 2...step, using: &random)
    }

    /// Starts over, after something has worked.
    mutating func reset() { nextMilliseconds = firstMilliseconds }
}
