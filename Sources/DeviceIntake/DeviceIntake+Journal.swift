package import MetricModel

extension DeviceIntake {
    /// Takes note of what a journal says was taken before a restart. Call it for every journal written after the
    /// snapshot, in order, after `restore`; what the snapshot already holds of it is passed over. A journal that is
    /// damaged leaves the intake as it was.
    package mutating func replay(_ journal: [UInt8], clock: ClockReading) throws(StateError) {
        var decoder = try JournalDecoder(journal)
        var replayed = self
        replayed.journal.pass(decoder.number)
        var index: UInt64 = 0
        while let entry = try decoder.next() {
            if !restoredPosition.holds(entry: index, of: decoder.number) {
                replayed.replay(entry, bootID: decoder.bootID, clock)
            }
            index += 1
        }
        self = replayed
    }

    private mutating func replay(_ entry: JournalDecoder.Entry, bootID: BootID, _ clock: ClockReading) {
        let before = ClockReading(
            bootID: bootID, bootNanoseconds: entry.arrival.bootNanoseconds,
            unixMilliseconds: entry.arrival.unixMilliseconds, isSynchronised: entry.arrival.isSynchronised)
        let shift = BootShift(from: before, to: clock)
        var arrival = entry.arrival
        arrival.bootNanoseconds = shift.carry(arrival.bootNanoseconds)
        guard let index = index(of: entry.id, profile: entry.profile, heardAt: arrival.bootNanoseconds) else { return }
        guard records[index].profile == entry.profile else { return }
        _ = records[index].admit(entry.identity, arrival: arrival, settings: settings, wasRestart: entry.isRestart)
        // Not because the device has a key now: it may have been given one since.
        if entry.identity.isAuthentic, let bootID = entry.identity.boot?.bootID {
            records[index].noteAuthenticBoot(bootID, isRetained: false)
        }
        if case .unknown = shift {
            records[index].newestData?.isLowerBound = true
            records[index].boot?.clock = nil
            for past in records[index].pastBoots.indices { records[index].pastBoots[past].clock = nil }
            records[index].modax?.clock = nil
        }
        let stamp = max(records[index].stampFloorUnixMilliseconds, entry.newestStampUnixMilliseconds)
        records[index].stampFloorUnixMilliseconds = stamp
        records[index].newestStampUnixMilliseconds = stamp
        // By which mapping a message came is in no journal.
        guard entry.profile != .mapped else { return }
        records[index].received[Int(entry.identity.stream)] += 1
        makeReceivedSeries(index, Int(entry.identity.stream))
    }
}
