internal import MetricModel

/// Encodes journal entries as differences from the entry before of the same device.
struct JournalEncoder {
    /// What differences are taken from; also kept by the decoder.
    struct Previous {
        var place: Int
        var boot: MessageIdentity.Boot?
        var uptimeMilliseconds: Int64 = 0
    }

    /// The bits of an entry's first byte.
    enum Flag {
        static let stream: UInt8 = 0x01
        static let isWithoutValue: UInt8 = 0x02
        static let isNewDevice: UInt8 = 0x04
        static let hasSequence: UInt8 = 0x08
        static let isNewBoot: UInt8 = 0x10
        static let hasDeclaredLag: UInt8 = 0x20
        static let isSynchronised: UInt8 = 0x40
        static let isRestart: UInt8 = 0x80

        /// Beside a device's profile: its messages in this journal were signed.
        static let isAuthentic: UInt8 = 0x80

        // The bits of a mapped entry's second byte.
        static let hasUptime: UInt8 = 0x01
        static let hasContentKey: UInt8 = 0x02
    }

    private var previous: [Int: Previous] = [:]
    private var arrival: Arrival

    init(base: Arrival) {
        arrival = base
    }

    mutating func append(_ entry: IntakeJournal.Entry, _ devices: DeviceTable, to writer: inout StateWriter) {
        let known = previous[entry.device]
        var last = known ?? Previous(place: previous.count)
        let identity = entry.identity
        var flags = identity.stream & Flag.stream
        if known == nil { flags |= Flag.isNewDevice }
        if identity.boot != nil { flags |= Flag.hasSequence }
        if identity.boot?.bootID != last.boot?.bootID { flags |= Flag.isNewBoot }
        if identity.declaredLagMilliseconds != nil { flags |= Flag.hasDeclaredLag }
        if entry.arrival.isSynchronised { flags |= Flag.isSynchronised }
        if !identity.hasValue { flags |= Flag.isWithoutValue }
        if entry.isRestart { flags |= Flag.isRestart }
        writer.append(flags)
        writer.append(varying: UInt64(last.place))
        if known == nil {
            writer.append(devices[entry.device].id)
            writer.append(devices[entry.device].profile.rawValue | (identity.isAuthentic ? Flag.isAuthentic : 0))
        }
        if devices[entry.device].profile == .mapped { appendMapped(identity, to: &writer) }
        appendIdentity(identity, last, flags, to: &writer)
        // Both clocks and the stamps go on by nearly the same, so that the differences of differences are small.
        let elapsed = entry.arrival.bootNanoseconds / 1_000_000 - arrival.bootNanoseconds / 1_000_000
        writer.append(varying: elapsed)
        writer.append(varying: entry.arrival.unixMilliseconds - arrival.unixMilliseconds - elapsed)
        let stamp = SafeSum.clamped(entry.newestStampUnixMilliseconds, SafeSum.unixLimit)
        writer.append(varying: stamp - entry.arrival.unixMilliseconds)
        arrival = entry.arrival
        last.boot = identity.boot
        last.uptimeMilliseconds = identity.uptimeMilliseconds
        previous[entry.device] = last
    }

    /// What else a mapped message may have: a byte of flags, and the hash of topic and content.
    private func appendMapped(_ identity: MessageIdentity, to writer: inout StateWriter) {
        writer.append(
            (identity.isUptimeKnown ? Flag.hasUptime : 0) | (identity.contentKey != nil ? Flag.hasContentKey : 0))
        if let key = identity.contentKey { writer.append(key) }
    }

    private func appendIdentity(
        _ identity: MessageIdentity, _ last: Previous, _ flags: UInt8, to writer: inout StateWriter
    ) {
        if let boot = identity.boot {
            if flags & Flag.isNewBoot != 0 { writer.append(boot.bootID) }
            writer.append(varying: Int64(boot.sequence) - Int64(last.boot?.sequence ?? 0))
        }
        writer.append(varying: identity.uptimeMilliseconds - last.uptimeMilliseconds)
        if let lag = identity.declaredLagMilliseconds { writer.append(varying: lag) }
    }
}
