/// What a query is asked to measure of itself.
package struct QueryMetering: Sendable {
    /// Whether samples are counted for each step too, not only together.
    package let countsSteps: Bool
    /// A clock that only goes forward, in nanoseconds from wherever.
    package let nanoseconds: @Sendable () -> Int64

    package init(countsSteps: Bool, nanoseconds: @escaping @Sendable () -> Int64) {
        self.countsSteps = countsSteps
        self.nanoseconds = nanoseconds
    }
}
