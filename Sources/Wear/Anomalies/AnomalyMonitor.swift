/// Watches one channel of a quantity by the methods that were asked for.
package struct AnomalyMonitor: Sendable {
    /// What one value changed.
    package struct Onset: Equatable, Sendable {
        /// A severity that was not reached before this value.
        package let severity: AnomalySeverity
    }

    let settings: AnomalySettings
    /// What robust z judges against; nil where it was not asked for.
    private var window: RobustWindow?
    /// The first values, from which the charts' target and sigma are learned; nil where nothing is, or no more.
    private var baseline: RobustWindow?
    private var chart: ExponentialChart?
    private var sums: CumulativeSum?
    /// The flags, by `AnomalyMethod`; nil while it is learning.
    package private(set) var flags: (Bool?, Bool?, Bool?) = (nil, nil, nil)
    private var severity: AnomalySeverity?

    package init(_ settings: AnomalySettings) {
        self.settings = settings
        window = settings.robustZ.map { AnomalyMonitor.window($0.window) }
        guard settings.ewma != nil || settings.cusum != nil else { return }
        if let target = settings.target, let sigma = settings.sigma {
            begin(target, sigma)
        } else {
            baseline = AnomalyMonitor.window(settings.baselineCount)
        }
    }

    private static func window(_ count: Int) -> RobustWindow {
        RobustWindow(limit: min(max(count, AnomalySettings.leastWindow), AnomalySettings.windowLimit))
    }

    /// Robust z judges once so many values are there, or as many as its window holds.
    private static let leastJudgedCount = 20

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
        var agreeing = 0
        var worst = 0.0
        if let robustZ = settings.robustZ, let window,
            window.count >= min(window.limit, AnomalyMonitor.leastJudgedCount)
        {
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
        window?.add(value)
        baseline?.add(value)
        guard let baseline, baseline.count >= baseline.limit else { return }
        let spread = settings.sigma ?? baseline.medianDeviation / RobustWindow.normalQuartile
        // Where more than half of the values are the same they give no sigma yet: learning goes on with the later ones.
        guard spread > 0 else { return }
        begin(settings.target ?? baseline.median, spread)
        self.baseline = nil
    }

    private mutating func onset(_ agreeing: Int, _ worst: Double) -> Onset? {
        let now: AnomalySeverity? = worst <= 1 ? nil : agreeing >= 2 || worst > 2 ? .critical : .warning
        defer { severity = now }
        guard let now, now.rawValue > (severity?.rawValue ?? -1) else { return nil }
        return Onset(severity: now)
    }
}
