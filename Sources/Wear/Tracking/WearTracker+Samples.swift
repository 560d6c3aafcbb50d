package import MetricModel

extension WearTracker {
    /// A metric that is in every batch of `samples`, by which such a batch is known.
    package static let markerName = "wayside_wear_refused_total"

    /// Adds what there is to say of wear, vibration and anomalies, at the batch's time. Nothing where there is nothing to
    /// track. What is missing in a later call has ended: the caller gives it a stale marker.
    package mutating func samples(into batch: inout SampleBatch) {
        guard !isIdle else { return }
        batch.append(Double(refusedCount + table.refusedCount), of: families.refusedComponents, from: &table)
        batch.append(Double(damagedCount), of: families.damaged, from: &table)
        let time = batch.clock.unixMilliseconds
        for entry in tracked {
            WearTracker.append(entry.component, entry.series) { series, value in
                batch.append(Sample(series, unixMilliseconds: time, value: value))
            }
        }
        for device in devices.values where !device.invalid.isEmpty {
            for series in device.invalid { batch.append(Sample(series, unixMilliseconds: time, value: 1)) }
        }
        for machine in machines { append(machine, to: &batch) }
        appendAnomalies(to: &batch)
    }

    private static func append(
        _ component: WearComponent, _ series: ComponentSeries, add: (Series, Double) -> Void
    ) {
        let life = component.remainingLife
        add(series.state(life.reason), 1)
        guard component.hasData else { return }
        if component.hasLevel { add(series.wear, 100 * component.totalDamage) }
        if let estimate = life.estimate, estimate.upperHours.isFinite, estimate.hours.isFinite {
            add(series.remaining, estimate.hours)
            add(series.lower, estimate.lowerHours)
            add(series.upper, estimate.upperHours)
        }
        add(series.observed, Double(component.observedMilliseconds) / 1000)
        add(series.unobserved, Double(component.unobservedMilliseconds) / 1000)
        add(series.refused, Double(component.refusedSampleCount))
        add(series.resets, Double(component.resetCount))
        if let last = component.lastResetUnixMilliseconds { add(series.lastReset, Double(last) / 1000) }
    }

    private mutating func append(_ machine: MachineMonitor, to batch: inout SampleBatch) {
        for axis in machine.axes where axis.freshness.isFresh(batch.clock) {
            guard let zone = axis.zone else { continue }
            batch.append(Sample(axis.series, unixMilliseconds: batch.clock.unixMilliseconds, value: Double(zone)))
        }
        guard machine.accelerationFreshness.isFresh(batch.clock) else { return }
        let (value, reason) = machine.acceleration
        if let value { batch.append(value, of: families.acceleration, [machine.deviceID], from: &table) }
        batch.append(1, of: families.vibrationState, [machine.deviceID, reason.rawValue], from: &table)
    }

    /// A quantity is anomalous where one of its channels is.
    private mutating func appendAnomalies(to batch: inout SampleBatch) {
        var worst: [[String]: Double] = [:]
        var order: [[String]] = []
        for watched in channels where watched.freshness.isFresh(batch.clock) {
            for method in AnomalyMethod.allCases {
                guard let flag = watched.monitor.flag(method) else { continue }
                let labels = [watched.deviceID, watched.quantity, method.name]
                if worst[labels] == nil { order.append(labels) }
                worst[labels] = max(worst[labels] ?? 0, flag ? 1 : 0)
            }
        }
        for labels in order { batch.append(worst[labels] ?? 0, of: families.anomaly, labels, from: &table) }
        for (device, counts) in onsets.sorted(by: { $0.key < $1.key }) {
            for severity in AnomalySeverity.allCases {
                batch.append(
                    Double(counts[severity.rawValue]), of: families.anomalies, [device, severity.name], from: &table)
            }
        }
    }

    /// How each component of a device stands, or of all.
    package func status(of deviceID: String? = nil) -> [WearStatus] {
        tracked.filter { deviceID == nil || $0.component.deviceID == deviceID }.map { entry in
            let component = entry.component
            return WearStatus(
                deviceID: component.deviceID, component: component.model.declaration.component,
                model: component.model.kind.rawValue,
                percentage: component.hasData && component.hasLevel ? 100 * component.totalDamage : nil,
                remaining: component.remainingLife, resetCount: component.resetCount,
                lastResetUnixMilliseconds: component.lastResetUnixMilliseconds,
                lastResetNote: component.lastResetNote)
        }
    }
}
