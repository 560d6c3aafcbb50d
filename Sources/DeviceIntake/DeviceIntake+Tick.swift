package import MetricModel

extension DeviceIntake {
    /// For remote write, once a tick: ends what has gone silent with stale markers, forgets devices that have been
    /// silent for long, and adds every device's age, state and counters. Readings are not repeated: they went into
    /// their own batches when they came.
    package mutating func tick(clock: ClockReading, into batch: inout SampleBatch) {
        // The wall clock may have been set back; times must increase all the same.
        let time = max(clock.unixMilliseconds, lastTickUnixMilliseconds == .min ? .min : lastTickUnixMilliseconds + 1)
        lastTickUnixMilliseconds = time
        for index in records.indices {
            records[index].newestData?.refine(clock)
            records[index].settle(clock, settings, scope, ended: &ended)
        }
        forgetSilentDevices(clock, at: time, into: &batch)
        for series in ended { batch.append(Sample(series, unixMilliseconds: time, value: StaleMarker.value)) }
        ended.removeAll()
        for index in records.indices {
            records[index].endSilentReadings(clock, at: time, settings, into: &batch)
            records[index].isInfoEmitted = true
        }
        emitState(clock, at: time, into: &batch)
    }

    /// For a scrape: the last readings of devices that are not stale, and every device's age, state and counters.
    /// Nothing is added twice, whatever the tick has done.
    package func currentSamples(clock: ClockReading, into batch: inout SampleBatch) {
        for device in records {
            device.emitReadings(clock, at: clock.unixMilliseconds, settings, into: &batch)
        }
        emitState(clock, at: clock.unixMilliseconds, into: &batch)
    }

    private func emitState(_ clock: ClockReading, at time: Int64, into batch: inout SampleBatch) {
        var connectedCount = 0
        for device in records {
            if device.state(clock, settings) == .online { connectedCount += 1 }
            device.emitState(clock, at: time, settings, scope, into: &batch)
        }
        func add(_ series: Series, _ value: Double) {
            batch.append(Sample(series, unixMilliseconds: time, value: value))
        }
        add(globals.connected, Double(connectedCount))
        add(globals.known, Double(records.count))
        add(globals.limit, Double(settings.deviceLimit))
        add(globals.refusedDevices, Double(refusedDeviceMessageCount))
        add(globals.ignored, Double(ignoredMessageCount))
        for (series, count) in zip(globals.malformed, unattributed) where count > 0 { add(series, Double(count)) }
    }

    private mutating func forgetSilentDevices(_ clock: ClockReading, at time: Int64, into batch: inout SampleBatch) {
        let earliest = clock.bootNanoseconds - settings.forgetAfterMilliseconds * 1_000_000
        // The journal names devices by their place: while there is one, forgetting can wait for the next tick.
        guard journal.isEmpty, records.contains(where: { $0.lastHeardBootNanoseconds < earliest }) else { return }
        for index in records.indices where records[index].lastHeardBootNanoseconds < earliest {
            records[index].endAll(clock, at: time, settings, scope, into: &batch)
            forgottenIDs.append(records[index].id)
        }
        records.removeAll { $0.lastHeardBootNanoseconds < earliest }
        indexes = [:]
        for (index, device) in records.enumerated() { indexes[device.id] = index }
    }
}
