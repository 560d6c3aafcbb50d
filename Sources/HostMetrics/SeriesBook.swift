internal import MetricModel

/// The series of one collector and what else is kept of them between runs; lent to the outputs of its runs, one at a time.
final class SeriesBook {
    var table: SeriesTable
    /// Empty between runs, with room for as many as in the run before.
    var given = GivenSeries()
    var families = FamilyNames()
    /// What was given back in the run before while something else gave it.
    var shared: Set<Series> = []

    init(scope: SeriesScope) {
        table = SeriesTable(scope: scope, limit: 0)
    }
}
