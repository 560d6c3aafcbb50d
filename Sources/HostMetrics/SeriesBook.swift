internal import MetricModel

/// The series table of one collector, lent to the outputs of its runs: one at a time.
final class SeriesBook {
    var table: SeriesTable

    init(scope: SeriesScope) {
        table = SeriesTable(scope: scope, limit: 0)
    }
}
