package import MetricModel

/// Turns device messages into samples and knows how old every device's data is. See DESIGN.md.
///
/// A value: keep a copy before a batch and put it back when the batch could not be made safe; the broker will then
/// deliver again and nothing is taken for a duplicate. (While a copy exists, the first message of each device copies
/// that device.) It does no I/O and asks no clock.
package struct DeviceIntake: Sendable {
    package let settings: DeviceIntakeSettings
    let scope: SeriesScope
    let families = DeviceFamilies()
    let globals: IntakeSeries
    let mappings: CompiledMappings
    /// Where the levels of the topic are that was looked at last.
    var topicLevels: [Range<Int>] = []
    var readingFamilies: ReadingFamilies
    var records = DeviceTable()
    var indexes: [String: Int] = [:]
    var decoded = DecodedMessage()
    var journal = IntakeJournal()
    /// What the restored snapshot holds of the journals, so that none is replayed twice.
    var restoredPosition = JournalPosition()

    /// Malformed messages that no known device sent, by `MalformedReason.allCases`.
    var unattributed = [UInt64](repeating: 0, count: MalformedReason.allCases.count)
    /// Messages refused because of the limit of devices.
    package internal(set) var refusedDeviceMessageCount: UInt64 = 0
    /// Messages that no profile and no mapping in use takes, for their topic or for a mapping's conditions.
    package internal(set) var ignoredMessageCount: UInt64 = 0
    /// Devices that ticks have forgotten, until somebody asks.
    var forgottenIDs: [String] = []
    /// What devices have declared of wear and nobody has asked for yet.
    var declaredWear: [String: [DeclaredWear]] = [:]
    /// Series that the next tick ends: of states that are over, and of what devices no longer say of themselves.
    var ended: [Series] = []
    /// Time of the last tick's samples, which the next one's must exceed.
    var lastTickUnixMilliseconds = Int64.min

    /// An intake that knows no device. `scope` gives every series its `instance` and `job`.
    package init(settings: DeviceIntakeSettings, scope: SeriesScope) {
        self.settings = settings
        self.scope = scope
        globals = IntakeSeries(families: families, scope: scope)
        mappings = CompiledMappings(settings.mappings)
        readingFamilies = ReadingFamilies(limit: settings.familyLimit, mapped: mappings.families())
    }

    package var deviceCount: Int { records.count }

    /// The place of the device with this id, made now if it is new; nil where there are too many. A device with a key
    /// always has a place: ids that anybody may make up must not take it.
    mutating func index(of id: String, profile: DeviceProfile, heardAt bootNanoseconds: Int64) -> Int? {
        if let known = indexes[id] { return known }
        guard records.count < settings.deviceLimit || settings.keys[id] != nil else { return nil }
        records.append(
            DeviceRecord(
                id: id, profile: profile,
                series: DeviceSeries(id: id, profile: profile, families: families, scope: scope),
                heardAt: bootNanoseconds))
        indexes[id] = records.count - 1
        return records.count - 1
    }

    /// Begins a device anew under another profile; the readings it had end with the next tick.
    mutating func replace(_ index: Int, profile: DeviceProfile, _ clock: ClockReading) {
        let old = records[index]
        ended += old.readings.filter { !$0.isEnded }.map(\.series)
        records[index] = DeviceRecord(
            id: old.id, profile: profile,
            series: DeviceSeries(id: old.id, profile: profile, families: families, scope: scope),
            heardAt: clock.bootNanoseconds)
    }

    /// Makes the journal of what was taken since the last call, which knows those messages again when they are
    /// redelivered. Write it with their samples; `replay` it after a restart, on top of the snapshot. Empty when
    /// nothing was taken.
    package mutating func drainJournal() -> [UInt8] {
        journal.drain(records)
    }

    /// The number of the journal that was drained last.
    package var drainedJournalNumber: UInt64 { journal.number }

    /// The number of a journal that `drainJournal` made.
    package static func journalNumber(of journal: [UInt8]) throws(StateError) -> UInt64 {
        try JournalDecoder(journal).number
    }

    /// Lets no journal have a number up to this, because somebody else goes by them too.
    package mutating func numberJournals(after number: UInt64) { journal.pass(number) }

    /// The devices forgotten since the last call.
    package mutating func takeForgottenIDs() -> [String] {
        defer { forgottenIDs = [] }
        return forgottenIDs
    }

    /// Tells that the wall clock was set, by `shift`, or that it is synchronised now. Stamps go on increasing from where
    /// the clock is now, and what was measured by the clock as it was before moves with it: not what was measured by a
    /// synchronised one, which was right.
    package mutating func wallClockCorrected(byMilliseconds shift: Int64, isSynchronised: Bool = true) {
        lastTickUnixMilliseconds = DeviceIntake.moved(lastTickUnixMilliseconds, shift)
        for index in records.indices {
            if let data = records[index].newestData, !data.isSynchronised {
                records[index].newestData?.unixMilliseconds = SafeSum.unixTime(data.unixMilliseconds, shift)
                records[index].newestData?.isSynchronised = isSynchronised
            }
            records[index].firstSeen?.correct(byMilliseconds: shift, isSynchronised: isSynchronised)
            records[index].lastSeen?.correct(byMilliseconds: shift, isSynchronised: isSynchronised)
            records[index].moveStamps { DeviceIntake.moved($0, shift) }
        }
    }

    /// Lets no stamp lie ahead of `now`, the time of a clock that can be trusted: those that do were given by a clock
    /// that was wrong, before a restart, and would keep the samples to come from having their own times.
    package mutating func forgetStamps(after now: Int64) {
        lastTickUnixMilliseconds = min(lastTickUnixMilliseconds, now)
        for index in records.indices { records[index].moveStamps { min($0, now) } }
    }

    private static func moved(_ time: Int64, _ shift: Int64) -> Int64 {
        time == .min ? time : SafeSum.unixTime(time, shift)
    }
}
