internal import MetricModel

extension WearComponent {
    /// Writes the state behind device and component; format in DESIGN.md. Not the parameters: they are declared anew.
    func write(to writer: inout StateWriter) {
        writer.append(model.kind.code)
        writer.append(number: damage)
        writer.append(count: UInt64(max(0, observedMilliseconds)))
        writer.append(count: UInt64(max(0, unobservedMilliseconds)))
        writer.append(count: refusedSampleCount)
        writer.append(count: resetCount)
        writer.append(unixTime: lastResetUnixMilliseconds ?? .min)
        writer.append(lastResetNote)
        writer.append(unixTime: timeUnixMilliseconds ?? .min)
        for input in [first, second] {
            writer.append(number: input.value)
            writer.append(unixTime: input.stampUnixMilliseconds ?? .min)
            let steps = input.steps.steps
            for step in [steps.0, steps.1, steps.2, steps.3, steps.4] { writer.append(varying: UInt64(step)) }
        }
        write(rates, to: &writer)
        switch model.kind {
        case .rainflow: write(rainflow, to: &writer)
        case .trend: write(trend, to: &writer)
        case .operatingHours, .arrhenius, .bearingLife: break
        }
    }

    private func write(_ rates: RateHistory, to writer: inout StateWriter) {
        for sum in [
            rates.weight, rates.squaredWeight, rates.sum, rates.squareSum, rates.laggedSum, rates.laggedWeight,
            rates.blockHours, rates.blockDamage,
        ] { writer.append(sum: sum) }
        writer.append(rates.previousRate != nil)
        writer.append(sum: rates.previousRate ?? 0)
    }

    private func write(_ counter: RainflowCounter, to writer: inout StateWriter) {
        writer.append(counter.isRising)
        writer.append(counter.tip != nil)
        writer.append(number: counter.tip ?? 0)
        writer.append(count: counter.shortenedCount)
        writer.append(varying: UInt64(counter.points.count))
        for point in counter.points { writer.append(number: point) }
    }

    private func write(_ trend: TrendHistory, to writer: inout StateWriter) {
        writer.append(sum: trend.bucketHours)
        writer.append(sum: trend.bucketStart)
        writer.append(sum: trend.count)
        writer.append(number: trend.sum)
        writer.append(varying: UInt64(trend.hours.count))
        for (hour, level) in zip(trend.hours, trend.levels) {
            writer.append(sum: hour)
            writer.append(number: level)
        }
    }

    /// Takes up a state, to the last byte. Where another model wrote it the damage, the times and the resets are kept, and
    /// what belongs to that model alone begins anew.
    mutating func read(from reader: inout StateReader) throws(StateError) {
        let code = try reader.number(UInt8.self)
        damage = try reader.finite()
        guard damage >= 0, damage <= WearComponent.damageLimit else { throw reader.damaged }
        observedMilliseconds = SafeSum.clamped(Int64(try reader.counter()), SafeSum.timeLimit)
        unobservedMilliseconds = SafeSum.clamped(Int64(try reader.counter()), SafeSum.timeLimit)
        refusedSampleCount = try reader.counter()
        resetCount = try reader.counter()
        lastResetUnixMilliseconds = WearComponent.time(try reader.unixTimeOrNever())
        lastResetNote = try reader.text()
        guard lastResetNote.utf8.count <= WearComponent.noteByteLimit else { throw reader.damaged }
        timeUnixMilliseconds = WearComponent.time(try reader.unixTimeOrNever())
        first = try readInput(&reader)
        second = try readInput(&reader)
        try readRates(&reader)
        var trendRead = TrendHistory()
        var rainflowRead = RainflowCounter(smallestRange: rainflow.smallestRange)
        switch code {
        case WearModelKind.rainflow.code: try WearComponent.read(&rainflowRead, &reader)
        case WearModelKind.trend.code: try WearComponent.read(&trendRead, &reader)
        case WearModelKind.operatingHours.code, WearModelKind.arrhenius.code, WearModelKind.bearingLife.code: break
        default: throw reader.damaged
        }
        guard reader.isAtEnd else { throw reader.damaged }
        guard code == model.kind.code else {
            rates = RateHistory(rateHours: model.rateHours)
            first = WearInput()
            second = WearInput()
            return
        }
        rainflow = rainflowRead
        trend = trendRead
        if model.kind == .trend, !trend.hours.isEmpty { renewTrend() }
    }

    private static func time(_ time: Int64) -> Int64? { time == .min ? nil : time }

    private func readInput(_ reader: inout StateReader) throws(StateError) -> WearInput {
        var input = WearInput()
        input.value = try reader.finite()
        input.stampUnixMilliseconds = WearComponent.time(try reader.unixTimeOrNever())
        input.steps.steps = (
            try step(&reader), try step(&reader), try step(&reader), try step(&reader), try step(&reader)
        )
        return input
    }

    private func step(_ reader: inout StateReader) throws(StateError) -> UInt32 {
        let step = try reader.varying()
        guard step <= UInt64(StepObserver.longestMilliseconds) else { throw reader.damaged }
        return UInt32(step)
    }

    private mutating func readRates(_ reader: inout StateReader) throws(StateError) {
        rates.weight = try reader.sum()
        rates.squaredWeight = try reader.sum()
        rates.sum = try reader.sum()
        rates.squareSum = try reader.sum()
        rates.laggedSum = try reader.sum()
        rates.laggedWeight = try reader.sum()
        rates.blockHours = try reader.sum()
        rates.blockDamage = try reader.sum()
        let hasPrevious = try reader.flag()
        let previous = try reader.sum()
        rates.previousRate = hasPrevious ? previous : nil
    }

    private static func read(
        _ counter: inout RainflowCounter, _ reader: inout StateReader
    ) throws(StateError) {
        counter.isRising = try reader.flag()
        let hasTip = try reader.flag()
        let tip = try reader.finite()
        counter.tip = hasTip ? tip : nil
        counter.shortenedCount = try reader.counter()
        let count = try reader.count(leastByteCount: 8)
        guard count <= RainflowCounter.pointLimit, hasTip || count == 0 else { throw reader.damaged }
        for _ in 0..<count { counter.points.append(try reader.finite()) }
    }

    private static func read(_ trend: inout TrendHistory, _ reader: inout StateReader) throws(StateError) {
        trend.bucketHours = try reader.sum()
        trend.bucketStart = try reader.sum()
        trend.count = try reader.sum()
        trend.sum = try reader.finite()
        guard trend.bucketHours > 0 else { throw reader.damaged }
        let count = try reader.count(leastByteCount: 16)
        guard count <= TrendHistory.bucketLimit else { throw reader.damaged }
        var last = -1.0
        for _ in 0..<count {
            let hour = try reader.sum()
            guard hour > last else { throw reader.damaged }
            last = hour
            trend.hours.append(hour)
            trend.levels.append(try reader.finite())
        }
    }
}

extension StateWriter {
    /// A number's bits, held within what is read back: a damaged record may have brought in anything.
    fileprivate mutating func append(number: Double) {
        append((number.isFinite ? min(max(number, -1e300), 1e300) : 0).bitPattern)
    }

    /// A sum of what is not negative, likewise.
    fileprivate mutating func append(sum: Double) {
        append((sum.isFinite ? min(max(sum, 0), 1e30) : 0).bitPattern)
    }
}

extension StateReader {
    /// A number that is one.
    fileprivate mutating func finite() throws(StateError) -> Double {
        let number = Double(bitPattern: try self.number(UInt64.self))
        guard number.isFinite else { throw damaged }
        return number
    }

    /// A sum of what is not negative, far from the end of numbers.
    fileprivate mutating func sum() throws(StateError) -> Double {
        let number = try finite()
        guard number >= 0, number <= 1e30 else { throw damaged }
        return number
    }
}
