package import MetricModel

extension DeviceIntake {
    private static let stateVersion: UInt8 = 1

    /// Everything that must survive a restart: ages, sequence windows, counters. Readings are not in it: they begin
    /// anew with the next message, and end where the restart left them.
    package func snapshot(clock: ClockReading) -> [UInt8] {
        var writer = StateWriter()
        writer.byte(DeviceIntake.stateVersion)
        writer.clock(clock)
        writer.fixed(lastTickUnixMilliseconds)
        writer.fixed(refusedDeviceMessageCount)
        writer.fixed(ignoredMessageCount)
        writer.list(unattributed) { $0.fixed($1) }
        writer.list(devices) { $0.device($1) }
        return writer.bytes
    }

    /// Puts back what `snapshot` gave; the intake must know no device yet. Devices beyond the limit are left out.
    package mutating func restore(_ snapshot: [UInt8], clock: ClockReading) throws(StateError) {
        precondition(devices.isEmpty, "a snapshot is restored into a new intake")
        var reader = StateReader(snapshot)
        let version = try reader.byte()
        guard version == DeviceIntake.stateVersion else { throw .unknownVersion(version) }
        let before = try reader.clock()
        let tick: Int64 = try reader.fixed()
        let refused: UInt64 = try reader.fixed()
        let ignored: UInt64 = try reader.fixed()
        let reasons = MalformedReason.allCases.count
        let counts = try reader.list(limit: reasons) { (reader) throws(StateError) -> UInt64 in try reader.fixed() }
        let (families, scope, settings) = (families, scope, settings)
        let restored = try reader.list(limit: 1_000_000) { (reader) throws(StateError) in
            try reader.device(families: families, scope: scope, settings: settings)
        }
        guard reader.isAtEnd else { throw reader.damaged }
        lastTickUnixMilliseconds = tick
        refusedDeviceMessageCount = refused
        ignoredMessageCount = ignored
        for (index, count) in counts.enumerated() { unattributed[index] = count }
        for device in restored.prefix(settings.deviceLimit) where indexes[device.id] == nil {
            indexes[device.id] = devices.count
            devices.append(device.carried(from: before, to: clock))
            makeMalformedSeries(devices.count - 1)
            renewInfo(devices.count - 1)
        }
    }

    /// Takes note of the messages of a journal that was stored at `before`, so that they are known when they are
    /// delivered again. One that is known already changes nothing but the count of duplicates, which is put back.
    package mutating func replay(
        _ journal: [UInt8], storedAt before: ClockReading, clock: ClockReading
    ) throws(StateError) {
        for message in try IntakeJournal.messages(journal) {
            let arrival = message.arrival.carried(from: before, to: clock)
            let place = index(of: message.deviceID, profile: message.profile, heardAt: arrival.bootNanoseconds)
            guard let place, devices[place].profile == message.profile else { continue }
            let duplicates = devices[place].counts.duplicates
            _ = devices[place].admit(message.identity, arrival: arrival, settings: settings)
            devices[place].counts.duplicates = duplicates
            let stamp = arrival.unixMilliseconds
            devices[place].stampFloorUnixMilliseconds = max(devices[place].stampFloorUnixMilliseconds, stamp)
        }
    }
}

extension Arrival {
    /// The arrival on this boot's clock: after a reboot it lies before the boot.
    fileprivate func carried(from before: ClockReading, to now: ClockReading) -> Arrival {
        guard before.bootID != now.bootID else { return self }
        let time = DataTime(
            bootNanoseconds: bootNanoseconds, unixMilliseconds: unixMilliseconds, isSynchronised: isSynchronised
        ).carried(from: before, to: now)
        return Arrival(
            bootNanoseconds: time.bootNanoseconds, unixMilliseconds: unixMilliseconds, isSynchronised: isSynchronised)
    }
}

extension DeviceRecord {
    /// The record on another boot's clock.
    fileprivate func carried(from before: ClockReading, to now: ClockReading) -> DeviceRecord {
        guard before.bootID != now.bootID else { return self }
        var record = self
        record.newestData = newestData?.carried(from: before, to: now)
        let shift = before.bootNanoseconds
        record.lastHeardBootNanoseconds -= shift
        record.boot = boot?.moved(by: -shift)
        record.previousBoot = previousBoot?.moved(by: -shift)
        if var timeline = modax {
            timeline.clock = UptimeClock(offsetNanoseconds: timeline.clock.offsetNanoseconds - shift)
            timeline.newestArrivalNanoseconds -= shift
            record.modax = timeline
        }
        return record
    }
}

extension DeviceBoot {
    fileprivate func moved(by shift: Int64) -> DeviceBoot {
        DeviceBoot(
            bootID: bootID, window: window, clock: UptimeClock(offsetNanoseconds: clock.offsetNanoseconds + shift))
    }
}
