/// What a query has measured of itself: Prometheus's `stats`, as far as the engine knows of it.
package struct QueryStatistics: Sendable {
    /// How many samples selectors gave, each step for itself: a sample in the windows of three steps counts three times.
    /// As in Prometheus, what is inside a subquery counts only through the points that its windows see.
    package let queryableSamples: Int
    /// The same by the steps' times; nil unless asked for.
    package let queryableSamplesOfSteps: [StepCount]?
    /// The most that was held at once of what `QueryOptions.sampleLimit` bounds.
    package let peakSamples: Int

    /// Reading the text, and finding series and the chunks of their samples for each selector.
    package let preparationNanoseconds: Int64
    /// Decoding and calculating: all of the evaluation but what belongs to the preparation.
    package let evaluationNanoseconds: Int64
    /// Making the result of columns: taking out steps without values and names kept until then, and ordering series.
    package let orderingNanoseconds: Int64
    /// From the first of these to the last.
    package let totalNanoseconds: Int64

    package struct StepCount: Hashable, Sendable {
        package let unixMilliseconds: Int64
        package let count: Int

        package init(unixMilliseconds: Int64, count: Int) {
            self.unixMilliseconds = unixMilliseconds
            self.count = count
        }
    }
}
