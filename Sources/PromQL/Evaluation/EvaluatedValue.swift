internal import MetricModel

/// One series of an instant vector over all steps of a grid.
///
/// `values` has one entry for each step. A step without a value holds the stale marker: it never is a value itself,
/// because selectors take it for the end of a series and arithmetic makes only quiet NaNs.
struct StepSeries {
    var labels: Labels
    /// Whether the metric's name is to be removed at the end (delayed name removal).
    var dropsName = false
    var values: [Double]
}

/// One series of a range vector: its samples in ascending time, without stale markers.
struct RangeSeries {
    var labels: Labels
    var dropsName = false
    var unixMilliseconds: [Int64]
    var values: [Double]
}

/// A range vector: series and which part of them each step sees.
struct RangeVector {
    /// Where a selector's series are, to be read one at a time; then there are none in `series`.
    var selection: OrderedSelection?
    var series: [RangeSeries]
    let rangeMilliseconds: Int64
    let reference: TimeReference
    /// `anchored` or `smoothed`, whose windows show samples beyond the range too.
    var rangeExtension: RangeExtension?
    var margins = WindowMargins()
}

/// How far a window's samples reach beyond its range, in milliseconds.
struct WindowMargins {
    var before: Int64 = 0
    var after: Int64 = 0

    init() {}

    init(_ rangeExtension: RangeExtension?, lookback: Int64) {
        before = rangeExtension == nil ? 0 : lookback
        after = rangeExtension == .smoothed ? lookback : 0
    }
}

/// Maps a step's time to the time a selector looks from.
struct TimeReference {
    let fixedMilliseconds: Int64?
    let offsetMilliseconds: Int64

    func time(at stepMilliseconds: Int64) -> Int64 { (fixedMilliseconds ?? stepMilliseconds) - offsetMilliseconds }
}

/// What an expression comes to on a grid.
enum EvaluatedValue {
    /// One number for each step.
    case scalar([Double])
    case string(String)
    case vector([StepSeries])
    case range(RangeVector)

    /// How many samples the value holds, for the limit.
    var sampleCount: Int {
        switch self {
        case .scalar(let values): values.count
        case .string: 0
        case .vector(let series): series.reduce(0) { $0 + $1.values.count }
        case .range(let vector): vector.series.reduce(0) { $0 + $1.values.count }
        }
    }
}
