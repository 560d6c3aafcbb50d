/// Takes the times of a query's phases off a clock. It is read a few times for each selector, never for a step.
struct PhaseTimes {
    private let clock: @Sendable () -> Int64
    private let begun: Int64
    private var read: Int64
    private var evaluated: Int64
    private var finding: Int64 = 0

    /// Begins with the reading of the text.
    init(_ clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
        begun = clock()
        read = begun
        evaluated = begun
    }

    /// The text has become a tree.
    mutating func noteRead() { read = clock() }

    var now: Int64 { clock() }

    /// A selector's series have been found since `time`.
    mutating func noteFound(since time: Int64) { finding += clock() - time }

    /// The tree has become columns.
    mutating func noteEvaluated() { evaluated = clock() }

    /// Of a query that ends now.
    func statistics(
        queryableSamples: Int, ofSteps: [QueryStatistics.StepCount]?, peakSamples: Int
    ) -> QueryStatistics {
        let end = clock()
        return QueryStatistics(
            queryableSamples: queryableSamples, queryableSamplesOfSteps: ofSteps, peakSamples: peakSamples,
            preparationNanoseconds: read - begun + finding, evaluationNanoseconds: evaluated - read - finding,
            orderingNanoseconds: end - evaluated, totalNanoseconds: end - begun)
    }
}
