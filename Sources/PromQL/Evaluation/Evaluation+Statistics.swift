internal import LabelMatching

/// What a query measures of itself where it is asked to. `counter` is nil where nothing is counted: nobody asked, or
/// within a subquery, whose points are counted by the windows that see them.
extension Evaluation {
    func measure(_ metering: QueryMetering?, _ phases: PhaseTimes?, _ grid: StepGrid) {
        self.phases = phases
        countedGrid = metering?.countsSteps == true ? grid : nil
        counter = metering.map { SampleCounter(stepCount: $0.countsSteps ? grid.count : nil) }
    }

    /// Counts the values of an instant selector, and gives them on.
    func counted(_ series: [StepSeries]) -> [StepSeries] {
        guard counter != nil else { return series }
        for one in series { counter?.add(valuesOf: one) }
        return series
    }

    /// What is evaluated for one step and stands for all steps of the grid is counted at each of them, as Prometheus does.
    func countingOnce<Result>(
        for grid: StepGrid, _ body: () throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        guard var whole = counter else { return try body() }
        counter = SampleCounter(stepCount: nil)
        let result = try body()
        whole.add(counter?.total ?? 0, atEachOf: grid.count)
        counter = whole
        return result
    }

    /// A part that comes again: its count is given by itself, too, for whoever takes its value. It is counted within a
    /// subquery as well, because it may be taken outside.
    func countingApart<Result>(
        on grid: StepGrid, _ body: () throws(QueryError) -> Result
    ) throws(QueryError) -> (Result, SampleCounter?) {
        if phases == nil { return (try body(), nil) }
        let whole = counter
        counter = SampleCounter(stepCount: grid == countedGrid ? grid.count : nil)
        let result = try body()
        let apart = counter
        counter = whole
        if let apart { counter?.add(apart) }
        return (result, apart)
    }

    /// A subquery's inner steps. Their samples are counted only where the subquery is the whole query, which then has one
    /// step.
    func countingInside<Result>(
        _ isCounted: Bool, _ body: () throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        guard var whole = counter else { return try body() }
        counter = isCounted ? SampleCounter(stepCount: nil) : nil
        let result = try body()
        if let inside = counter { whole.add(inside.total, at: 0) }
        counter = whole
        return result
    }

    /// The samples of a range selector that is the whole query.
    func count(_ columns: [SeriesColumn]) {
        for column in columns { counter?.add(column.values.count, at: 0) }
    }

    func outcome(_ value: QueryValue, _ grid: StepGrid) -> QueryOutcome {
        QueryOutcome(
            value: value, warnings: annotations.warnings, infos: annotations.infos, statistics: statistics(grid))
    }

    private func statistics(_ grid: StepGrid) -> QueryStatistics? {
        guard let phases, let counter else { return nil }
        let steps = counter.ofSteps?.enumerated().map { step, count in
            QueryStatistics.StepCount(unixMilliseconds: grid[step], count: count)
        }
        return phases.statistics(queryableSamples: counter.total, ofSteps: steps, peakSamples: peakSamples)
    }
}
