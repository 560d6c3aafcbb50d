package import MetricModel

extension DeviceIntake {
    /// What is known of every device, ordered by id, for `/api/v1/devices` and the status screen.
    package func devices(clock: ClockReading) -> [DeviceStatus] {
        records.map { status($0, clock) }.sorted { $0.id < $1.id }
    }

    /// The counters of every device, by id.
    package var counts: [String: DeviceCounts] { indexes.mapValues { records[$0].counts } }

    private func status(_ device: DeviceRecord, _ clock: ClockReading) -> DeviceStatus {
        DeviceStatus(
            id: device.id, profile: device.profile, state: device.state(clock, settings),
            ageMilliseconds: device.newestData?.ageMilliseconds(clock),
            isAgeLowerBound: device.newestData?.isLowerBound ?? false,
            lastSampleUnixMilliseconds: device.newestData?.unixMilliseconds,
            intervalMilliseconds: device.intervalMilliseconds,
            isIntervalDeclared: device.declaredIntervalMilliseconds != nil, firmware: device.firmware,
            model: device.model, resetReason: device.resetReason,
            firstSeenUnixMilliseconds: device.firstSeen?.unixMilliseconds,
            lastSeenUnixMilliseconds: device.lastSeen?.unixMilliseconds, clockState: device.clockState,
            clockDriftPartsPerMillion: device.clock?.driftPartsPerMillion,
            clockOffsetMilliseconds: device.clockOffsetMilliseconds, counts: device.counts,
            readings: device.readings.filter { $0.measuredBootNanoseconds != .min }.map { reading($0, clock) },
            declaredReadingCount: device.declared.count, missingReadings: device.missing.map(\.name))
    }

    private func reading(_ reading: ReadingState, _ clock: ClockReading) -> DeviceStatus.Reading {
        DeviceStatus.Reading(
            metric: reading.series.family.name, channelLabel: reading.series.family.labelNames[1],
            channel: reading.series.labelValues[1], value: reading.value,
            ageMilliseconds: max(0, (clock.bootNanoseconds - reading.measuredBootNanoseconds) / 1_000_000))
    }
}
