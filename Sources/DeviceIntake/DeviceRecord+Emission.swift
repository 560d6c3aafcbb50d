internal import MetricModel

extension DeviceRecord {
    /// Adds what is said about the device: age, state, counters.
    func emitState(
        _ clock: ClockReading, at time: Int64, _ settings: DeviceIntakeSettings, _ scope: SeriesScope,
        into batch: inout SampleBatch
    ) {
        func add(_ series: Series, _ value: Double) {
            batch.append(Sample(series, unixMilliseconds: time, value: value))
        }
        if let newestData {
            add(series.age, Double(newestData.ageMilliseconds(clock)) / 1000)
            add(series.lastSample, Double(newestData.unixMilliseconds) / 1000)
            add(series.isAgeLowerBound, newestData.isLowerBound ? 1 : 0)
        }
        if let intervalMilliseconds { add(series.interval, Double(intervalMilliseconds) / 1000) }
        let state = state(clock, settings)
        add(series.up, state == .online ? 1 : 0)
        add(series.state.series(id, state.rawValue, scope), 1)
        if let firstSeen { add(series.firstSeen, Double(firstSeen.unixMilliseconds) / 1000) }
        if let lastSeen { add(series.lastSeen, Double(lastSeen.unixMilliseconds) / 1000) }
        if newestData != nil { add(series.clockState.series(id, clockState.rawValue, scope), 1) }
        if let clockOffsetMilliseconds { add(series.clockOffset, Double(clockOffsetMilliseconds) / 1000) }
        if let drift = self.clock?.driftPartsPerMillion { add(series.clockDrift, drift) }
        add(series.info, 1)
        emitCounts(at: time, into: &batch)
    }

    private func emitCounts(at time: Int64, into batch: inout SampleBatch) {
        func add(_ series: Series, _ value: Double) {
            batch.append(Sample(series, unixMilliseconds: time, value: value))
        }
        add(series.messages, Double(counts.messages))
        add(series.lost, Double(counts.lost))
        add(series.duplicates, Double(counts.duplicates))
        add(series.reordered, Double(counts.reordered))
        add(series.retained, Double(counts.retained))
        add(series.reboots, Double(counts.reboots))
        add(series.retimed, Double(counts.retimedSamples))
        add(series.refused, Double(counts.refusedReadings))
        if hasDeclared {
            add(series.declared, Double(declared.count))
            add(series.missing, Double(missing.count))
        }
        add(series.refusedMessages, Double(counts.refusedMessages))
        add(series.implausiblePaces, Double(counts.implausiblePaces))
        for (index, series) in series.resets.enumerated() {
            if let series { add(series, Double(counts.resets[index])) }
        }
        for (index, series) in series.malformed.enumerated() {
            if let series { add(series, Double(counts.malformed[index])) }
        }
        for (index, series) in series.received.enumerated() {
            if let series { add(series, Double(received[index])) }
        }
    }

    /// Adds the last value of each reading that has not gone stale.
    func emitReadings(
        _ clock: ClockReading, at time: Int64, _ settings: DeviceIntakeSettings, into batch: inout SampleBatch
    ) {
        guard !isSilent(clock, settings) else { return }
        for reading in readings where !reading.isEnded && !isSilent(reading, clock, settings) {
            batch.append(Sample(reading.series, unixMilliseconds: time, value: reading.value))
        }
    }

    /// Ends the readings of a device that has gone silent, and single readings that it no longer sends.
    mutating func endSilentReadings(
        _ clock: ClockReading, at time: Int64, _ settings: DeviceIntakeSettings, into batch: inout SampleBatch
    ) {
        let isSilent = isSilent(clock, settings)
        for index in readings.indices where isSilent || self.isSilent(readings[index], clock, settings) {
            readings[index].end(at: time, into: &batch)
        }
    }

    /// Makes the series that this tick will send of the device's states and of what it says only at times; those that
    /// it has sent before and will not send now go to `ended`.
    mutating func settle(
        _ clock: ClockReading, _ settings: DeviceIntakeSettings, _ scope: SeriesScope, ended: inout [Series]
    ) {
        if let old = series.state.settle(id, state(clock, settings).rawValue, scope) { ended.append(old) }
        if newestData != nil, let old = series.clockState.settle(id, clockState.rawValue, scope) { ended.append(old) }
        if isOffsetSent && clockOffsetMilliseconds == nil { ended.append(series.clockOffset) }
        isOffsetSent = clockOffsetMilliseconds != nil
        let hasDrift = self.clock?.driftPartsPerMillion != nil
        if isDriftSent && !hasDrift { ended.append(series.clockDrift) }
        isDriftSent = hasDrift
    }

    /// Ends everything that is said by and of the device, because it is being forgotten.
    mutating func endAll(
        _ clock: ClockReading, at time: Int64, _ settings: DeviceIntakeSettings, _ scope: SeriesScope,
        into batch: inout SampleBatch
    ) {
        for index in readings.indices { readings[index].end(at: time, into: &batch) }
        var sent = SampleBatch(clock: clock, limit: batch.limit)
        emitState(clock, at: time, settings, scope, into: &sent)
        for sample in sent.samples {
            batch.append(Sample(sample.series, unixMilliseconds: time, value: StaleMarker.value))
        }
    }

    private func isSilent(_ clock: ClockReading, _ settings: DeviceIntakeSettings) -> Bool {
        guard let newestData else { return true }
        return newestData.ageMilliseconds(clock) > staleAfterMilliseconds(settings)
    }

    private func isSilent(
        _ reading: ReadingState, _ clock: ClockReading, _ settings: DeviceIntakeSettings
    ) -> Bool {
        let limit = max(settings.readingStaleAfterMilliseconds, staleAfterMilliseconds(settings))
        return reading.measuredBootNanoseconds < clock.bootNanoseconds - limit * 1_000_000
    }
}
