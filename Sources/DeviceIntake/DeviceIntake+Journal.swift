package import MetricModel

extension DeviceIntake {
    /// Takes note of what a journal says was taken before a restart. Call it for every journal written after the
    /// snapshot, in order, after `restore`. A journal that is damaged leaves the intake as it was.
    package mutating func replay(_ journal: [UInt8], clock: ClockReading) throws(StateError) {
        var decoder = try JournalDecoder(journal)
        var replayed = self
        while let entry = try decoder.next() {
            replayed.replay(entry, bootID: decoder.bootID, clock)
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
        _ = records[index].admit(entry.identity, arrival: arrival, settings: settings)
        if case .unknown = shift {
            records[index].newestData?.isLowerBound = true
            records[index].boot?.clock = nil
            records[index].previousBoot?.clock = nil
            records[index].modax?.clock = nil
        }
        let stamp = max(records[index].stampFloorUnixMilliseconds, entry.newestStampUnixMilliseconds)
        records[index].stampFloorUnixMilliseconds = stamp
        records[index].newestStampUnixMilliseconds = stamp
        records[index].received[Int(entry.identity.stream)] += 1
        makeReceivedSeries(index, Int(entry.identity.stream))
    }
}
