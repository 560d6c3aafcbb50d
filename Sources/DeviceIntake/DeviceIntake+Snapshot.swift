package import MetricModel

extension DeviceIntake {
    static let snapshotVersion: UInt8 = 3
    /// The oldest that is still read.
    static let oldestSnapshotVersion: UInt8 = 2

    /// Everything that must survive a restart: ages, sequence windows, clock fits, counters. Each part stands alone
    /// and is at most `byteLimit` long, but for a single device that needs more (at most 4 KiB with the default
    /// window). Readings are not among it: the ring has them. Format: STATE.md.
    package func snapshot(clock: ClockReading, byteLimit: Int = 32_768) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var writer = StateWriter()
        var count = 0
        for record in records {
            var device = StateWriter()
            record.write(to: &device)
            if count > 0 && writer.bytes.count + device.bytes.count + DeviceIntake.headerByteCount > byteLimit {
                parts.append(part(clock, count, writer.bytes))
                writer = StateWriter()
                count = 0
            }
            writer.append(contentsOf: device.bytes)
            count += 1
        }
        if count > 0 || parts.isEmpty { parts.append(part(clock, count, writer.bytes)) }
        return parts
    }

    /// Takes up one part of a snapshot. Devices known already are replaced; those beyond the limit are left out.
    /// A part that is damaged leaves the intake as it was.
    package mutating func restore(_ part: [UInt8], clock: ClockReading) throws(StateError) {
        var reader = StateReader(part)
        let version = try reader.number(UInt8.self)
        guard version >= DeviceIntake.oldestSnapshotVersion, version <= DeviceIntake.snapshotVersion else {
            throw .unknownVersion(version)
        }
        reader.version = version
        let before = ClockReading(
            bootID: BootID(high: try reader.number(), low: try reader.number()),
            bootNanoseconds: try reader.time(), unixMilliseconds: try reader.unixTime(),
            isSynchronised: try reader.flag())
        var restored = self
        restored.lastTickUnixMilliseconds = max(lastTickUnixMilliseconds, try reader.unixTimeOrNever())
        let position = JournalPosition(number: try reader.counter(), nextEntryCount: try reader.counter())
        restored.restoredPosition = position
        restored.journal.pass(position.newestNumber)
        restored.refusedDeviceMessageCount = try reader.counter()
        restored.ignoredMessageCount = try reader.counter()
        restored.unattributed = try reader.malformedCounters()
        let shift = BootShift(from: before, to: clock)
        for _ in 0..<(try reader.count(leastByteCount: 32)) {
            try restored.restoreDevice(&reader, shift)
        }
        guard reader.isAtEnd else { throw reader.damaged }
        self = restored
    }

    private static let headerByteCount = 128

    private func part(_ clock: ClockReading, _ count: Int, _ devices: [UInt8]) -> [UInt8] {
        var writer = StateWriter()
        writer.append(DeviceIntake.snapshotVersion)
        writer.append(clock.bootID.high)
        writer.append(clock.bootID.low)
        writer.append(time: clock.bootNanoseconds)
        writer.append(unixTime: clock.unixMilliseconds)
        writer.append(clock.isSynchronised)
        writer.append(unixTime: lastTickUnixMilliseconds)
        writer.append(count: journal.position.number)
        writer.append(count: journal.position.nextEntryCount)
        writer.append(count: refusedDeviceMessageCount)
        writer.append(count: ignoredMessageCount)
        writer.append(counters: unattributed)
        writer.append(varying: UInt64(count))
        writer.append(contentsOf: devices)
        return writer.bytes
    }

    private mutating func restoreDevice(_ reader: inout StateReader, _ shift: BootShift) throws(StateError) {
        let id = try reader.deviceID()
        guard let profile = DeviceProfile(rawValue: try reader.number()) else { throw reader.damaged }
        var record = DeviceRecord(
            id: id, profile: profile,
            series: DeviceSeries(id: id, profile: profile, families: families, scope: scope), heardAt: 0)
        try record.read(from: &reader, shift, settings)
        guard let index = index(of: id, profile: profile, heardAt: 0) else { return }
        records[index] = record
        for topic in records[index].received.indices where records[index].received[topic] > 0 {
            makeReceivedSeries(index, topic)
        }
        makeMalformedSeries(index)
        makeResetSeries(index)
        renewInfo(index)
    }
}
