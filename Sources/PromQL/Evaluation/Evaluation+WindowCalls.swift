internal import MetricModel

extension Evaluation {
    /// The functions of a range vector.
    func windowCall(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let arguments = call.arguments
        try checkExtension(call)
        switch call.function {
        case .rate, .increase, .delta: return try change(call, grid)
        case .predictLinear:
            let ahead = try scalar(arguments[1], grid)
            return try roll(arguments[0], grid) { window in
                guard let line = WindowFunctions.regression(window, at: window.stepTime) else {
                    return StaleMarker.value
                }
                return line.slope * ahead[window.step] + line.intercept
            }
        case .quantileOverTime:
            let quantiles = try scalar(arguments[0], grid)
            let result = try roll(arguments[1], grid) { WindowFunctions.quantile(quantiles[$0.step], $0) }
            if !result.isEmpty { checkQuantiles(quantiles, arguments[0].textRange) }
            return result
        case .doubleExponentialSmoothing: return try smoothing(arguments, grid)
        case .firstOverTime: return try roll(arguments[0], grid, keepsName: true) { $0.first }
        case .lastOverTime: return try roll(arguments[0], grid, keepsName: true) { $0.last }
        default:
            guard let function = Evaluation.windowFunction(call.function) else {
                preconditionFailure("every function is evaluated somewhere; \(call.function.rawValue) is not")
            }
            return try roll(arguments[0], grid, function)
        }
    }

    private func roll(
        _ argument: Expression, _ grid: StepGrid, keepsName: Bool = false, _ function: @escaping (Window) -> Double
    ) throws(QueryError) -> [StepSeries] {
        let vector = try range(argument, grid)
        let fitted = Evaluation.fitted(function, vector.rangeExtension)
        return try rolling(vector, grid, keepsName: keepsName, PlainWindowFunction(fitted))
    }

    private static func windowFunction(_ function: QueryFunction) -> ((Window) -> Double)? {
        switch function {
        case .irate: { WindowFunctions.instant($0, isRate: true) }
        case .idelta: { WindowFunctions.instant($0, isRate: false) }
        case .deriv: { WindowFunctions.regression($0, at: $0.times[0])?.slope ?? StaleMarker.value }
        case .changes: WindowFunctions.changes
        case .resets: WindowFunctions.resets
        case .sumOverTime: WindowFunctions.sum
        case .avgOverTime: WindowFunctions.average
        case .minOverTime: WindowFunctions.minimum
        case .maxOverTime: WindowFunctions.maximum
        case .countOverTime: { Double($0.count) }
        case .presentOverTime: { _ in 1 }
        case .stdvarOverTime: WindowFunctions.variance
        case .stddevOverTime: { WindowFunctions.variance($0).squareRoot() }
        case .madOverTime: WindowFunctions.medianAbsoluteDeviation
        case .tsOfFirstOverTime: { Double($0.times[0]) / 1000 }
        case .tsOfLastOverTime: { Double($0.times[$0.count - 1]) / 1000 }
        case .tsOfMaxOverTime: { WindowFunctions.timeOfExtreme($0, isMaximum: true) }
        case .tsOfMinOverTime: { WindowFunctions.timeOfExtreme($0, isMaximum: false) }
        default: nil
        }
    }

    /// `rate`, `increase` and `delta`; the first two with a remark where the metric does not look like a counter.
    private func change(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let vector = try range(call.arguments[0], grid)
        let isCounter = call.function != .delta
        let isRate = call.function == .rate
        let remark: (Labels) -> Void = { [self] labels in
            if isCounter { remarkUnlessCounter(labels, call.arguments[0].textRange) }
        }
        guard let rangeExtension = vector.rangeExtension else {
            let function = ExtrapolatedChange(isCounter: isCounter, isRate: isRate)
            return try rolling(vector, grid, keepsName: false, seesResets: isCounter, function, noting: remark)
        }
        let function = PlainWindowFunction {
            ExtendedWindows.change($0, isSmoothed: rangeExtension == .smoothed, isCounter: isCounter, isRate: isRate)
        }
        return try rolling(vector, grid, keepsName: false, function, noting: remark)
    }

    /// A remark on a metric that does not look like a counter.
    private func remarkUnlessCounter(_ labels: Labels, _ range: TextRange) {
        let name = labels.metricName
        if name.isEmpty { return }
        if options.checksTypeLabel {
            let type = labels["__type__"] ?? ""
            if type == "counter" || type == "histogram" { return }
            annotations.inform(
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got "
                    + "\(Token.quoted(type)): \(Token.quoted(name))", range)
        } else if !Self.isNameOfCounter(name) {
            annotations.inform(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                    + Token.quoted(name), range)
        }
    }

    /// Whether a metric is called like a counter.
    static func isNameOfCounter(_ name: String) -> Bool {
        ["_total", "_sum", "_count", "_bucket"].contains(where: name.hasSuffix)
    }

    private func smoothing(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let factors = try scalar(arguments[1], grid)
        let trends = try scalar(arguments[2], grid)
        for (name, values) in [("smoothing", factors), ("trend", trends)] {
            if let wrong = values.first(where: { !($0 > 0 && $0 < 1) && !$0.isNaN }) {
                let letter = name == "smoothing" ? "sf" : "tf"
                throw .execution(
                    "invalid \(name) factor. Expected: 0 < \(letter) < 1, got: \(GoNumber.fixed(wrong, decimals: 6))")
            }
        }
        return try roll(arguments[0], grid) {
            WindowFunctions.smoothed($0, smoothing: factors[$0.step], trend: trends[$0.step])
        }
    }

    /// Remarks on quantiles outside 0…1.
    func checkQuantiles(_ quantiles: [Double], _ range: TextRange) {
        var seen: Set<UInt64> = []
        for quantile in quantiles where !(quantile >= 0 && quantile <= 1) && seen.insert(quantile.bitPattern).inserted {
            annotations.warn("quantile value should be between 0 and 1, got \(GoNumber.general(quantile))", range)
        }
    }
}
