internal import MetricModel

extension StateWriter {
    mutating func clock(_ clock: ClockReading) {
        fixed(clock.bootID.high)
        fixed(clock.bootID.low)
        fixed(clock.bootNanoseconds)
        fixed(clock.unixMilliseconds)
        flag(clock.isSynchronised)
    }

    mutating func device(_ device: DeviceRecord) {
        text(device.id)
        byte(device.profile.rawValue)
        counts(device.counts)
        list(device.received) { $0.fixed($1) }
        optional(device.newestData) { writer, time in
            writer.fixed(time.bootNanoseconds)
            writer.fixed(time.unixMilliseconds)
            writer.flag(time.isSynchronised)
            writer.flag(time.isLowerBound)
        }
        fixed(device.lastHeardBootNanoseconds)
        flag(device.isDeclaredOffline)
        optional(device.declaredIntervalMilliseconds) { $0.fixed($1) }
        list(device.interval.distances) { $0.fixed($1) }
        text(device.firmware)
        text(device.model)
        text(device.resetReason)
        optional(device.boot) { $0.boot($1) }
        optional(device.previousBoot) { $0.boot($1) }
        optional(device.modax) { $0.timeline($1) }
        optional(device.lastBirth) { writer, birth in
            writer.fixed(birth.bootID)
            writer.fixed(birth.uptimeMilliseconds)
        }
        fixed(device.readings.map(\.lastStampUnixMilliseconds).reduce(device.stampFloorUnixMilliseconds, max))
    }

    private mutating func counts(_ counts: DeviceCounts) {
        for count in [
            counts.messages, counts.lost, counts.duplicates, counts.reordered, counts.retained, counts.reboots,
            counts.retimedSamples, counts.refusedReadings,
        ] { fixed(count) }
        list(counts.malformed) { $0.fixed($1) }
    }

    private mutating func boot(_ boot: DeviceBoot) {
        fixed(boot.bootID)
        fixed(boot.window.newest)
        list(boot.window.words) { $0.fixed($1) }
        fixed(boot.clock.offsetNanoseconds)
    }

    private mutating func timeline(_ timeline: ModaxTimeline) {
        fixed(timeline.clock.offsetNanoseconds)
        fixed(timeline.newestUptime)
        fixed(timeline.newestArrivalNanoseconds)
        list(timeline.windows) { writer, window in
            writer.fixed(UInt32(window.currentCount))
            writer.list(window.inOrder) { writer, entry in
                writer.fixed(entry.uptime)
                writer.fixed(entry.hash)
            }
        }
    }
}

extension StateReader {
    mutating func clock() throws(StateError) -> ClockReading {
        ClockReading(
            bootID: BootID(high: try fixed(), low: try fixed()), bootNanoseconds: try fixed(),
            unixMilliseconds: try fixed(), isSynchronised: try flag())
    }

    mutating func device(
        families: DeviceFamilies, scope: SeriesScope, settings: DeviceIntakeSettings
    ) throws(StateError) -> DeviceRecord {
        let id = try text()
        guard let profile = DeviceProfile(rawValue: try byte()) else { throw damaged }
        var device = DeviceRecord(
            id: id, profile: profile,
            series: DeviceSeries(id: id, profile: profile, families: families, scope: scope), heardAt: 0)
        device.counts = try counts()
        let received = try list(limit: 4) { (reader) throws(StateError) -> UInt64 in try reader.fixed() }
        guard received.count == device.received.count else { throw damaged }
        device.received = received
        device.newestData = try optional { (reader) throws(StateError) in
            DataTime(
                bootNanoseconds: try reader.fixed(), unixMilliseconds: try reader.fixed(),
                isSynchronised: try reader.flag(), isLowerBound: try reader.flag())
        }
        device.lastHeardBootNanoseconds = try fixed()
        device.isDeclaredOffline = try flag()
        device.declaredIntervalMilliseconds = try optional { (reader) throws(StateError) in try reader.fixed() }
        let distances = try list(limit: IntervalEstimate.depth) { (reader) throws(StateError) -> UInt32 in
            try reader.fixed()
        }
        for distance in distances { device.interval.insert(distance) }
        device.firmware = try text()
        device.model = try text()
        device.resetReason = try text()
        device.boot = try optional { (reader) throws(StateError) in try reader.boot() }
        device.previousBoot = try optional { (reader) throws(StateError) in try reader.boot() }
        device.modax = try optional { (reader) throws(StateError) in
            try reader.timeline(windowLimit: settings.redeliveryWindow)
        }
        device.lastBirth = try optional { (reader) throws(StateError) in
            DeviceRecord.BirthIdentity(bootID: try reader.fixed(), uptimeMilliseconds: try reader.fixed())
        }
        device.stampFloorUnixMilliseconds = try fixed()
        return device
    }

    private mutating func counts() throws(StateError) -> DeviceCounts {
        var counts = DeviceCounts()
        counts.messages = try fixed()
        counts.lost = try fixed()
        counts.duplicates = try fixed()
        counts.reordered = try fixed()
        counts.retained = try fixed()
        counts.reboots = try fixed()
        counts.retimedSamples = try fixed()
        counts.refusedReadings = try fixed()
        let malformed = try list(limit: counts.malformed.count) { (reader) throws(StateError) -> UInt64 in
            try reader.fixed()
        }
        for (index, count) in malformed.enumerated() { counts.malformed[index] = count }
        return counts
    }

    private mutating func boot() throws(StateError) -> DeviceBoot {
        let bootID: UInt32 = try fixed()
        let newest: UInt32 = try fixed()
        let words = try list(limit: 65536) { (reader) throws(StateError) -> UInt64 in try reader.fixed() }
        guard !words.isEmpty else { throw damaged }
        return DeviceBoot(
            bootID: bootID, window: SequenceWindow(newest: newest, words: words),
            clock: UptimeClock(offsetNanoseconds: try fixed()))
    }

    private mutating func timeline(windowLimit: Int) throws(StateError) -> ModaxTimeline {
        let clock = UptimeClock(offsetNanoseconds: try fixed())
        let newestUptime: Int64 = try fixed()
        let newestArrival: Int64 = try fixed()
        let windows = try list(limit: 2) { (reader) throws(StateError) in
            let currentCount = Int(try reader.fixed(UInt32.self))
            let entries = try reader.list(limit: 1 << 20) { (reader) throws(StateError) in
                UptimeWindow.Entry(uptime: try reader.fixed(), hash: try reader.fixed())
            }
            guard currentCount <= entries.count else { throw reader.damaged }
            var window = UptimeWindow(limit: windowLimit)
            for entry in entries.dropLast(currentCount) { window.insert(entry) }
            window.beginBoot()
            for entry in entries.suffix(currentCount) { window.insert(entry) }
            return window
        }
        guard windows.count == 2 else { throw damaged }
        return ModaxTimeline(
            clock: clock, newestUptime: newestUptime, newestArrivalNanoseconds: newestArrival, windows: windows)
    }
}
