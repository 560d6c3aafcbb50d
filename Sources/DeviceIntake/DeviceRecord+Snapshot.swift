internal import DeviceProtocol
internal import MetricModel

/// A device in a snapshot. Reading and writing keep the same order; the layout is in STATE.md.
extension DeviceRecord {
    func write(to writer: inout StateWriter) {
        writer.append(id)
        writer.append(profile.rawValue)
        writer.append(counters: counts.single)
        writer.append(counters: counts.malformed)
        writer.append(counters: counts.resets)
        // By which mapping a mapped device's messages came is not kept.
        writer.append(counters: profile == .mapped ? [0, 0, 0, 0] : received)
        writer.append(time: lastHeardBootNanoseconds)
        write(firstSeen, to: &writer)
        write(lastSeen, to: &writer)
        writer.append(isClockDeclared)
        writer.append(unixTime: newestStampUnixMilliseconds)
        writer.append(isDeclaredOffline)
        writer.append(newestData != nil)
        if let newestData {
            writer.append(time: newestData.bootNanoseconds)
            writer.append(unixTime: newestData.unixMilliseconds)
            writer.append(newestData.isSynchronised)
            writer.append(newestData.isLowerBound)
        }
        writer.append(varying: UInt64(declaredIntervalMilliseconds ?? 0))
        writer.append(UInt8(interval.distances.count))
        for distance in interval.distances { writer.append(varying: UInt64(distance)) }
        for text in [firmware, model, resetReason] { writer.append(text) }
        writer.append(lastBirth != nil)
        if let lastBirth {
            writer.append(lastBirth.bootID)
            writer.append(varying: lastBirth.uptimeMilliseconds)
        }
        writer.append(boot != nil)
        if let boot { write(boot, to: &writer) }
        writer.append(UInt8(pastBoots.count))
        for past in pastBoots { write(past, to: &writer) }
        write(modax, to: &writer)
        writer.append(newestAuthenticBootID != nil)
        if let newestAuthenticBootID { writer.append(newestAuthenticBootID) }
        if profile == .mapped { writeMapped(to: &writer) }
    }

    mutating func read(
        from reader: inout StateReader, _ shift: BootShift, _ settings: DeviceIntakeSettings
    ) throws(StateError) {
        try readCounts(&reader)
        lastHeardBootNanoseconds = shift.carry(try reader.time())
        if reader.version > 2 {
            firstSeen = try readSeen(&reader)
            lastSeen = try readSeen(&reader)
            isClockDeclared = try reader.flag()
        }
        newestStampUnixMilliseconds = try reader.unixTimeOrNever()
        stampFloorUnixMilliseconds = newestStampUnixMilliseconds
        isDeclaredOffline = try reader.flag()
        if try reader.flag() {
            newestData = shift.carry(
                DataTime(
                    bootNanoseconds: try reader.time(), unixMilliseconds: try reader.unixTime(),
                    isSynchronised: try reader.flag(), isLowerBound: try reader.flag()))
        }
        if reader.version == 2, let newestData {
            // It does not say when a device was seen: the time of its newest data stands for that.
            firstSeen = SeenTime(
                unixMilliseconds: newestData.unixMilliseconds, isSynchronised: newestData.isSynchronised)
            lastSeen = firstSeen
        }
        let declared = UInt32(clamping: try reader.varying())
        declaredIntervalMilliseconds = declared == 0 ? nil : declared
        for _ in 0..<Int(try reader.number(UInt8.self)) {
            interval.insert(UInt32(clamping: try reader.varying()))
        }
        firmware = try reader.text()
        model = try reader.text()
        resetReason = try reader.text()
        if try reader.flag() {
            lastBirth = BirthIdentity(bootID: try reader.number(), uptimeMilliseconds: try reader.varying())
        }
        boot = try reader.flag() ? readBoot(&reader, shift) : nil
        let pastCount = Int(try reader.number(UInt8.self))
        guard pastCount <= DeviceBoot.pastLimit else { throw reader.damaged }
        for _ in 0..<pastCount { pastBoots.append(try readBoot(&reader, shift)) }
        modax = try readModax(&reader, shift, settings)
        if reader.version > 2 { newestAuthenticBootID = try reader.flag() ? reader.number() : nil }
        if profile == .mapped { try readMapped(from: &reader, settings) }
    }

    private mutating func readCounts(_ reader: inout StateReader) throws(StateError) {
        var single = [UInt64](repeating: 0, count: DeviceCounts.singleCount)
        if reader.version == 2 {
            for index in 0..<DeviceCounts.singleCountOfVersion2 { single[index] = try reader.counter() }
        } else {
            single = try reader.counters(DeviceCounts.singleCount)
        }
        counts.single = single
        // Where nothing was counted the device keeps sharing its zeros.
        let malformed = try reader.malformedCounters()
        if malformed != counts.malformed { counts.malformed = malformed }
        if reader.version == 2 {
            for index in received.indices { received[index] = try reader.counter() }
            return
        }
        let resets = try reader.counters(ResetReason.counted.count)
        if resets != counts.resets { counts.resets = resets }
        received = try reader.counters(received.count)
    }

    private func write(_ seen: SeenTime?, to writer: inout StateWriter) {
        writer.append(unixTime: seen?.unixMilliseconds ?? .min)
        writer.append(seen?.isSynchronised ?? false)
    }

    private func readSeen(_ reader: inout StateReader) throws(StateError) -> SeenTime? {
        let time = try reader.unixTimeOrNever()
        let isSynchronised = try reader.flag()
        return time == .min ? nil : SeenTime(unixMilliseconds: time, isSynchronised: isSynchronised)
    }

    private func write(_ boot: DeviceBoot, to writer: inout StateWriter) {
        writer.append(boot.bootID)
        writer.append(boot.window.newest)
        writer.append(varying: UInt64(boot.window.words.count))
        for word in boot.window.words { writer.append(word) }
        write(boot.clock, to: &writer)
    }

    private func readBoot(_ reader: inout StateReader, _ shift: BootShift) throws(StateError) -> DeviceBoot {
        let bootID = try reader.number(UInt32.self)
        let newest = try reader.number(UInt32.self)
        let count = try reader.count(leastByteCount: 8)
        guard count > 0, count <= 1 << 16 else { throw reader.damaged }
        var words: [UInt64] = []
        for _ in 0..<count { words.append(try reader.number()) }
        return DeviceBoot(
            bootID: bootID, window: SequenceWindow(newest: newest, words: words), clock: try readClock(&reader, shift))
    }

    private func write(_ clock: UptimeClock?, to writer: inout StateWriter) {
        writer.append(clock != nil)
        clock?.write(to: &writer)
    }

    private func readClock(_ reader: inout StateReader, _ shift: BootShift) throws(StateError) -> UptimeClock? {
        guard try reader.flag() else { return nil }
        return shift.carry(try UptimeClock(from: &reader))
    }

    /// Of each window only what the current boot has sent: knowing older messages again would need their payloads.
    private func write(_ modax: ModaxTimeline?, to writer: inout StateWriter) {
        writer.append(modax != nil)
        guard let modax else { return }
        write(modax.clock, to: &writer)
        writer.append(modax.newestUptime)
        writer.append(time: modax.newestArrivalNanoseconds)
        for window in modax.windows {
            let entries = window.inOrder.suffix(window.currentCount)
            writer.append(varying: UInt64(entries.count))
            var last: UInt32 = 0
            for entry in entries {
                writer.append(varying: Int64(Int32(bitPattern: entry.uptime &- last)))
                last = entry.uptime
            }
        }
    }

    private func readModax(
        _ reader: inout StateReader, _ shift: BootShift, _ settings: DeviceIntakeSettings
    ) throws(StateError) -> ModaxTimeline? {
        guard try reader.flag() else { return nil }
        let clock = try readClock(&reader, shift)
        let newestUptime = try reader.time()
        guard newestUptime >= 0, newestUptime <= Int64(NativeDecoder.uptimeLimitMilliseconds) else {
            throw reader.damaged
        }
        let newestArrival = shift.carry(try reader.time())
        var windows: [UptimeWindow] = []
        for _ in 0..<2 {
            var window = UptimeWindow(limit: settings.redeliveryWindow)
            var last: UInt32 = 0
            for _ in 0..<(try reader.count(leastByteCount: 1)) {
                last = last &+ UInt32(truncatingIfNeeded: try reader.varyingSigned())
                window.insert(UptimeWindow.Entry(uptime: last, hash: 0))
            }
            windows.append(window)
        }
        return ModaxTimeline(
            clock: clock, newestUptime: newestUptime, newestArrivalNanoseconds: newestArrival, windows: windows)
    }
}
