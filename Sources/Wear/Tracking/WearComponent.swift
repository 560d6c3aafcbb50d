internal import MetricModel

/// The wear of one component of one device: damage from 0 (new) to 1 (at the end of its life), and beyond.
///
/// A value holds until the next one of its reading, at most `WearInput.holdMilliseconds`; the rest of a longer silence is
/// unobserved time and no wear. Samples not later than the last one applied of their reading are passed over, so nothing
/// counts twice.
struct WearComponent: Sendable {
    /// Damage stops here: a million lives.
    static let damageLimit = 1e6
    static let noteByteLimit = 200

    let deviceID: String
    let model: WearModel
    var damage = 0.0
    var observedMilliseconds: Int64 = 0
    var unobservedMilliseconds: Int64 = 0
    /// Samples whose value or damage was no number.
    var refusedSampleCount: UInt64 = 0
    /// The time up to which `inputs` have been integrated.
    var timeUnixMilliseconds: Int64?
    var first = WearInput()
    var second = WearInput()
    var rates: RateHistory
    var rainflow: RainflowCounter
    var trend = TrendHistory()
    /// Of `trend`, renewed with each bucket.
    var trendLife = RemainingLife.unknown(.tooLittleHistory)
    var resetCount: UInt64 = 0
    var lastResetUnixMilliseconds: Int64?
    var lastResetNote = ""

    init(deviceID: String, model: WearModel) {
        self.deviceID = deviceID
        self.model = model
        rates = RateHistory(rateHours: model.rateHours)
        var smallestRange = 0.0
        if case .rainflow(_, let range) = model.arithmetic { smallestRange = range }
        rainflow = RainflowCounter(smallestRange: smallestRange)
    }

    var observedHours: Double { Double(observedMilliseconds) / 3_600_000 }

    /// Takes a sample of an input: 0 for the first, 1 for the second.
    mutating func apply(_ value: Double, input: Int, at stamp: Int64) {
        guard value.isFinite else {
            refusedSampleCount = SafeSum.count(refusedSampleCount, 1)
            return
        }
        if let last = input == 0 ? first.stampUnixMilliseconds : second.stampUnixMilliseconds {
            guard stamp > last else { return }
            let (step, overflow) = stamp.subtractingReportingOverflow(last)
            if !overflow { if input == 0 { first.steps.add(step) } else { second.steps.add(step) } }
        }
        advance(to: stamp)
        if input == 0 {
            first.value = value
            first.stampUnixMilliseconds = stamp
            takeValue(value)
        } else {
            second.value = value
            second.stampUnixMilliseconds = stamp
        }
    }

    /// Integrates what the inputs say from where it stopped up to a moment.
    private mutating func advance(to stamp: Int64) {
        guard let time = timeUnixMilliseconds else {
            timeUnixMilliseconds = stamp
            return
        }
        let (elapsed, overflow) = stamp.subtractingReportingOverflow(time)
        guard !overflow, elapsed > 0 else { return }
        timeUnixMilliseconds = stamp
        let observed = min(elapsed, max(0, heldUntil() - time))
        observedMilliseconds = SafeSum.time(observedMilliseconds, observed)
        unobservedMilliseconds = SafeSum.time(unobservedMilliseconds, elapsed - observed)
        guard observed > 0 else { return }
        let hours = Double(observed) / 3_600_000
        // Models that go by values wear when a value comes; time passes for them all the same.
        wear((model.damagePerHour(first.value, second.value) ?? 0) * hours, hours: hours)
    }

    /// Until when every input's value holds; before everything while one is unknown.
    private func heldUntil() -> Int64 {
        func end(_ input: WearInput) -> Int64 {
            guard let stamp = input.stampUnixMilliseconds else { return .min / 2 }
            return SafeSum.time(stamp, input.holdMilliseconds(declared: model.intervalMilliseconds))
        }
        return model.inputs.count > 1 ? min(end(first), end(second)) : end(first)
    }

    /// For the models that go by values rather than by time.
    private mutating func takeValue(_ value: Double) {
        switch model.arithmetic {
        case .operatingHours, .arrhenius, .bearing: break
        case .rainflow(let curve, _):
            var more = 0.0
            rainflow.add(value) { more += curve.damage(range: $0.range, count: $0.count) }
            if more > 0 { wear(more, hours: 0) }
        case .trend(let scale):
            let level = scale.level(value)
            guard level.isFinite, abs(level) < 1e100 else {
                refusedSampleCount = SafeSum.count(refusedSampleCount, 1)
                return
            }
            if trend.add(level: level, atHours: observedHours) { renewTrend() }
        }
    }

    mutating func renewTrend() {
        trendLife = TrendFit.remaining(trend, minimumHistoryHours: model.minimumHistoryHours)
    }

    private mutating func wear(_ more: Double, hours: Double) {
        guard more.isFinite, more >= 0 else {
            refusedSampleCount = SafeSum.count(refusedSampleCount, 1)
            return
        }
        let taken = min(more, WearComponent.damageLimit)
        damage = min(damage + taken, WearComponent.damageLimit)
        rates.add(damage: taken, hours: hours)
    }

    /// Damage now, with what the residue of a rainflow count is worth; of a trend the indicator's level.
    var totalDamage: Double {
        switch model.arithmetic {
        case .operatingHours, .arrhenius, .bearing: return damage
        case .rainflow(let curve, _):
            var total = damage
            rainflow.residue { total += curve.damage(range: $0.range, count: $0.count) }
            return total.isFinite ? min(total, WearComponent.damageLimit) : WearComponent.damageLimit
        case .trend: return max(0, trend.newestLevel ?? 0)
        }
    }

    /// Whether there is a damage to state: a trend has none before its first value.
    var hasLevel: Bool {
        if case .trend = model.arithmetic { return trend.newestLevel != nil }
        return true
    }

    /// Whether any sample ever counted: without one there is nothing to say, not even that the wear is 0.
    var hasData: Bool {
        observedMilliseconds > 0 || unobservedMilliseconds > 0 || first.stampUnixMilliseconds != nil || resetCount > 0
    }

    var remainingLife: RemainingLife {
        guard hasData else { return .unknown(.noData) }
        switch model.arithmetic {
        case .trend: return trendLife.later(byHours: observedHours - (trend.hours.last ?? observedHours))
        default:
            return rates.remaining(
                damage: totalDamage, observedHours: observedHours, minimumHistoryHours: model.minimumHistoryHours)
        }
    }

    /// The component was replaced: everything but the count of resets begins anew. What readings there are go on.
    mutating func reset(unixMilliseconds: Int64, note: String) {
        var new = WearComponent(deviceID: deviceID, model: model)
        new.resetCount = min(resetCount + 1, SafeSum.countLimit)
        new.lastResetUnixMilliseconds = unixMilliseconds
        new.lastResetNote = note
        new.first = first
        new.second = second
        new.timeUnixMilliseconds = timeUnixMilliseconds
        self = new
    }

    /// The wall clock was set by so much: times go with it.
    mutating func moveStamps(_ shift: Int64) {
        timeUnixMilliseconds = timeUnixMilliseconds.map { SafeSum.unixTime($0, shift) }
        first.stampUnixMilliseconds = first.stampUnixMilliseconds.map { SafeSum.unixTime($0, shift) }
        second.stampUnixMilliseconds = second.stampUnixMilliseconds.map { SafeSum.unixTime($0, shift) }
    }

    /// Times before and times after cannot be compared: the next sample begins a stretch of its own.
    mutating func forgetStamps() {
        timeUnixMilliseconds = nil
        first.stampUnixMilliseconds = nil
        second.stampUnixMilliseconds = nil
    }
}
