/// Every function this engine evaluates; raw values are their names.
package enum QueryFunction: String, Sendable, CaseIterable {
    case abs, absent, ceil, changes, clamp, delta, deriv, exp, floor, hour, idelta, increase, irate, ln, log10, log2
    case minute, month, pi, rad, deg, rate, resets, round, scalar, sgn, sort, sqrt, time, timestamp, vector, year
    case acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan, tanh
    case start, end, step, range, info
    case absentOverTime = "absent_over_time"
    case avgOverTime = "avg_over_time"
    case clampMax = "clamp_max"
    case clampMin = "clamp_min"
    case countOverTime = "count_over_time"
    case dayOfMonth = "day_of_month"
    case dayOfWeek = "day_of_week"
    case dayOfYear = "day_of_year"
    case daysInMonth = "days_in_month"
    case doubleExponentialSmoothing = "double_exponential_smoothing"
    case firstOverTime = "first_over_time"
    case histogramAvg = "histogram_avg"
    case histogramCount = "histogram_count"
    case histogramFraction = "histogram_fraction"
    case histogramQuantile = "histogram_quantile"
    case histogramQuantiles = "histogram_quantiles"
    case histogramStddev = "histogram_stddev"
    case histogramStdvar = "histogram_stdvar"
    case histogramSum = "histogram_sum"
    case labelJoin = "label_join"
    case labelReplace = "label_replace"
    case lastOverTime = "last_over_time"
    case madOverTime = "mad_over_time"
    case maxOverTime = "max_over_time"
    case maxOf = "max_of"
    case minOf = "min_of"
    case minOverTime = "min_over_time"
    case predictLinear = "predict_linear"
    case presentOverTime = "present_over_time"
    case quantileOverTime = "quantile_over_time"
    case sortByLabel = "sort_by_label"
    case sortByLabelDescending = "sort_by_label_desc"
    case sortDescending = "sort_desc"
    case stddevOverTime = "stddev_over_time"
    case stdvarOverTime = "stdvar_over_time"
    case sumOverTime = "sum_over_time"
    case tsOfFirstOverTime = "ts_of_first_over_time"
    case tsOfLastOverTime = "ts_of_last_over_time"
    case tsOfMaxOverTime = "ts_of_max_over_time"
    case tsOfMinOverTime = "ts_of_min_over_time"

    package var signature: FunctionSignature {
        switch self {
        case .absent, .abs, .ceil, .exp, .floor, .ln, .log10, .log2, .rad, .deg, .sgn, .sqrt, .sort, .sortDescending,
            .timestamp, .acos, .acosh, .asin, .asinh, .atan, .atanh, .cos, .cosh, .sin, .sinh, .tan, .tanh,
            .histogramAvg, .histogramCount, .histogramSum, .histogramStddev, .histogramStdvar:
            FunctionSignature([.vector])
        case .hour, .minute, .month, .year, .dayOfMonth, .dayOfWeek, .dayOfYear, .daysInMonth:
            FunctionSignature([.vector], variadic: 1)
        case .changes, .delta, .deriv, .idelta, .increase, .irate, .rate, .resets, .absentOverTime, .avgOverTime,
            .countOverTime, .firstOverTime, .lastOverTime, .maxOverTime, .minOverTime, .presentOverTime,
            .stddevOverTime, .stdvarOverTime, .sumOverTime:
            FunctionSignature([.matrix])
        case .madOverTime, .tsOfFirstOverTime, .tsOfLastOverTime, .tsOfMaxOverTime, .tsOfMinOverTime:
            FunctionSignature([.matrix], isExperimental: true)
        case .clamp: FunctionSignature([.vector, .scalar, .scalar])
        case .clampMax, .clampMin: FunctionSignature([.vector, .scalar])
        case .doubleExponentialSmoothing: FunctionSignature([.matrix, .scalar, .scalar], isExperimental: true)
        case .histogramFraction: FunctionSignature([.scalar, .scalar, .vector])
        case .histogramQuantile: FunctionSignature([.scalar, .vector])
        case .labelJoin: FunctionSignature([.vector, .string, .string, .string], variadic: -1)
        case .labelReplace: FunctionSignature([.vector, .string, .string, .string, .string])
        case .histogramQuantiles:
            FunctionSignature([.vector, .string, .scalar, .scalar], variadic: 9, isExperimental: true)
        case .info: FunctionSignature([.vector, .vector], variadic: 1, isExperimental: true)
        case .start, .end, .step, .range: FunctionSignature([], .scalar, isExperimental: true)
        case .maxOf, .minOf: FunctionSignature([.scalar, .scalar], .scalar, isExperimental: true)
        case .pi, .time: FunctionSignature([], .scalar)
        case .predictLinear: FunctionSignature([.matrix, .scalar])
        case .quantileOverTime: FunctionSignature([.scalar, .matrix])
        case .round: FunctionSignature([.vector, .scalar], variadic: 1)
        case .scalar: FunctionSignature([.vector], .scalar)
        case .sortByLabel, .sortByLabelDescending:
            FunctionSignature([.vector, .string], variadic: -1, isExperimental: true)
        case .vector: FunctionSignature([.scalar])
        }
    }

    /// Whether the value depends on the evaluation time even where the arguments do not.
    package var dependsOnTime: Bool {
        switch self {
        case .hour, .minute, .month, .year, .dayOfMonth, .dayOfWeek, .dayOfYear, .daysInMonth, .predictLinear, .time,
            .timestamp:
            true
        default: false
        }
    }

    /// Whether what comes of each series has its labels, but for those that say what a metric is, and nothing
    /// else comes.
    var keepsLabels: Bool {
        switch self {
        case .abs, .ceil, .clamp, .clampMax, .clampMin, .exp, .floor, .ln, .log10, .log2, .rad, .deg, .round, .sgn,
            .sqrt,
            .acos, .acosh, .asin, .asinh, .atan, .atanh, .cos, .cosh, .sin, .sinh, .tan, .tanh, .timestamp,
            .sort, .sortDescending, .sortByLabel, .sortByLabelDescending,
            .changes, .delta, .deriv, .idelta, .increase, .irate, .rate, .resets, .predictLinear,
            .doubleExponentialSmoothing, .avgOverTime, .countOverTime, .firstOverTime, .lastOverTime, .madOverTime,
            .maxOverTime, .minOverTime, .presentOverTime, .quantileOverTime, .stddevOverTime, .stdvarOverTime,
            .sumOverTime, .tsOfFirstOverTime, .tsOfLastOverTime, .tsOfMaxOverTime, .tsOfMinOverTime:
            true
        default: false
        }
    }

    /// Whether it makes of each series what it would if that were the only one, and remarks on nothing but names.
    var treatsSeriesAlone: Bool {
        switch self {
        case .sort, .sortDescending, .sortByLabel, .sortByLabelDescending, .quantileOverTime,
            .doubleExponentialSmoothing:
            false
        default: keepsLabels
        }
    }

    /// Whether the value is the query's own: where it begins and ends, and its step.
    package var isQueryContext: Bool { self == .start || self == .end || self == .step || self == .range }
}
