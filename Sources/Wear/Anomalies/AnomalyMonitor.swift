/// Watches one channel of a quantity by the methods that were asked for.
package struct AnomalyMonitor: Sendable {
    /// What one value changed.
    package struct Onset: Equatable, Sendable {
        /// A severity that was not reached before this value.
        package let severity: AnomalySeverity
    }

    let settings: AnomalySettings
    private var window: RobustWindow
    private var chart: ExponentialChart?
    private var sums: CumulativeSum?
    private var valueCount = 0
    /// The flags, by `AnomalyMethod`; nil while it is learning.
    package private(set) var flags: (Bool?, Bool?, Bool?) = (nil, nil, nil)
    private var severity: AnomalySeverity?

    package init(_ settings: AnomalySettings) {
        self.settings = settings
        let length = max(settings.robustZ?.window ?? 0, settings.target == nil ? settings.baselineCount : 0)
        window = RobustWindow(limit: min(max(length, 8), AnomalySettings.windowLimit))
        if let target = settings.target, let sigma = settings.sigma { begin(target, sigma) }
    }

    package func flag(_ method: AnomalyMethod) -> Bool? {
        switch method {
        case .robustZ: flags.0
        case .ewma: flags.1
        case .cusum: flags.2
        }
    }

    private mutating func begin(_ target: Double, _ sigma: Double) {
        if let ewma = settings.ewma {
            chart = ExponentialChart(
                smoothing: ewma.smoothing, limitWidth: ewma.limit, target: target, sigma: sigma)
        }
        if let cusum = settings.cusum {
            sums = CumulativeSum(
                allowance: cusum.allowance, decision: cusum.decision, target: target, sigma: sigma)
        }
    }

    /// Takes a value; answers what has begun with it, once for each time that a severity is reached.
    package mutating func add(_ value: Double) -> Onset? {
        guard value.isFinite, abs(value) < 1e150 else { return nil }
        valueCount = min(valueCount + 1, 1 << 40)
        var agreeing = 0
        var worst = 0.0
        if let robustZ = settings.robustZ, window.count >= min(window.limit, robustZ.window, 20) {
            let ratio = abs(window.score(value) ?? 0) / robustZ.threshold
            flags.0 = ratio > 1
            worst = max(worst, ratio)
            if ratio > 1 { agreeing += 1 }
        }
        if let ratio = chart?.add(value) {
            flags.1 = ratio > 1
            worst = max(worst, ratio)
            if ratio > 1 { agreeing += 1 }
        }
        if let ratio = sums?.add(value) {
            flags.2 = ratio > 1
            // A sum says how long a shift has lasted as much as how large it is, so its height is not a severity.
            worst = max(worst, min(ratio, 1.5))
            if ratio > 1 { agreeing += 1 }
        }
        learn(value)
        return onset(agreeing, worst)
    }

    private mutating func learn(_ value: Double) {
        window.add(value)
        guard chart == nil, sums == nil, settings.ewma != nil || settings.cusum != nil,
            valueCount >= settings.baselineCount
        else { return }
        let spread = settings.sigma ?? window.medianDeviation / RobustWindow.normalQuartile
        // Values that are all the same give no sigma yet: learning goes on.
        guard spread > 0 else { return }
        begin(settings.target ?? window.median, spread)
    }

    private mutating func onset(_ agreeing: Int, _ worst: Double) -> Onset? {
        let now: AnomalySeverity? = worst <= 1 ? nil : agreeing >= 2 || worst > 2 ? .critical : .warning
        defer { severity = now }
        guard let now, now.rawValue > (severity?.rawValue ?? -1) else { return nil }
        return Onset(severity: now)
    }
}
