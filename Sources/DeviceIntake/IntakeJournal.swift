internal import MetricModel

/// The identities of messages taken, in order, until they are drained into a record. Format: STATE.md.
struct IntakeJournal {
    static let version: UInt8 = 2

    struct Entry {
        var device: Int
        var identity: MessageIdentity
        var arrival: Arrival
        var newestStampUnixMilliseconds: Int64
        /// Whether the device began to count anew under its boot id with this message.
        var isRestart: Bool
    }

    private var entries: [Entry] = []
    /// The number of the journal drained last; they are numbered from 1.
    private(set) var number: UInt64 = 0
    private var bootID = BootID(high: 0, low: 0)

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    mutating func note(_ entry: Entry, bootID: BootID) {
        self.bootID = bootID
        entries.append(entry)
    }

    /// Goes on numbering behind a journal from before a restart.
    mutating func pass(_ older: UInt64) { number = max(number, older) }

    var position: JournalPosition { JournalPosition(number: number, nextEntryCount: UInt64(entries.count)) }

    mutating func drain(_ devices: DeviceTable) -> [UInt8] {
        guard let first = entries.first else { return [] }
        number += 1
        var writer = StateWriter()
        writer.append(IntakeJournal.version)
        writer.append(bootID.high)
        writer.append(bootID.low)
        writer.append(time: first.arrival.bootNanoseconds / 1_000_000 * 1_000_000)
        writer.append(unixTime: first.arrival.unixMilliseconds)
        writer.append(count: number)
        writer.append(varying: UInt64(entries.count))
        var encoder = JournalEncoder(base: first.arrival)
        for entry in entries { encoder.append(entry, devices, to: &writer) }
        entries.removeAll(keepingCapacity: true)
        return writer.bytes
    }
}
