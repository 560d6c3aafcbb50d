internal import MetricModel

/// Reads what `JournalEncoder` wrote.
struct JournalDecoder {
    struct Entry {
        var id: String
        var profile: DeviceProfile
        var identity: MessageIdentity
        var arrival: Arrival
        var newestStampUnixMilliseconds: Int64
        var isRestart: Bool
    }

    private struct Device {
        let id: String
        let profile: DeviceProfile
        let isAuthentic: Bool
        var last: JournalEncoder.Previous
    }

    let bootID: BootID
    let number: UInt64
    private var reader: StateReader
    private var remainingCount: Int
    private var arrival: Arrival
    private var devices: [Device] = []

    init(_ bytes: [UInt8]) throws(StateError) {
        reader = StateReader(bytes)
        let version = try reader.number(UInt8.self)
        guard version == IntakeJournal.version else { throw .unknownVersion(version) }
        bootID = BootID(high: try reader.number(), low: try reader.number())
        arrival = Arrival(
            bootNanoseconds: try reader.time(), unixMilliseconds: try reader.unixTime(), isSynchronised: false)
        number = try reader.counter()
        guard number > 0 else { throw reader.damaged }
        remainingCount = try reader.count(leastByteCount: 6)
    }

    /// The next entry, or nil at the end.
    mutating func next() throws(StateError) -> Entry? {
        guard remainingCount > 0 else {
            guard reader.isAtEnd else { throw reader.damaged }
            return nil
        }
        remainingCount -= 1
        let flags = try reader.number(UInt8.self)
        let place = try reader.varying()
        if flags & JournalEncoder.Flag.isNewDevice != 0 { try readDevice() }
        guard place < UInt64(devices.count) else { throw reader.damaged }
        return try readEntry(flags, Int(place))
    }

    private mutating func readDevice() throws(StateError) {
        let id = try reader.deviceID()
        let byte = try reader.number(UInt8.self)
        let isAuthentic = byte & JournalEncoder.Flag.isAuthentic != 0
        guard let profile = DeviceProfile(rawValue: byte & ~JournalEncoder.Flag.isAuthentic) else {
            throw reader.damaged
        }
        devices.append(
            Device(
                id: id, profile: profile, isAuthentic: isAuthentic,
                last: JournalEncoder.Previous(place: devices.count)))
    }

    private mutating func readEntry(_ flags: UInt8, _ place: Int) throws(StateError) -> Entry {
        let isNumbered = flags & JournalEncoder.Flag.hasSequence != 0
        let profile = devices[place].profile
        guard profile == .mapped || isNumbered == (profile == .wayside) else { throw reader.damaged }
        let isRestart = flags & JournalEncoder.Flag.isRestart != 0
        guard isNumbered || !isRestart else { throw reader.damaged }
        var last = devices[place].last
        var identity = MessageIdentity(stream: flags & JournalEncoder.Flag.stream, uptimeMilliseconds: 0)
        identity.hasValue = flags & JournalEncoder.Flag.isWithoutValue == 0
        identity.isAuthentic = devices[place].isAuthentic
        if profile == .mapped { try readMapped(&identity, isNumbered: isNumbered) }
        if isNumbered {
            let isNewBoot = flags & JournalEncoder.Flag.isNewBoot != 0
            let bootID = isNewBoot ? try reader.number(UInt32.self) : last.boot?.bootID
            let sequence = Int64(last.boot?.sequence ?? 0) &+ (try reader.varyingSigned())
            guard let bootID, let sequence = UInt32(exactly: sequence) else { throw reader.damaged }
            identity.boot = MessageIdentity.Boot(bootID: bootID, sequence: sequence)
        }
        identity.uptimeMilliseconds = last.uptimeMilliseconds &+ (try reader.varyingSigned())
        guard identity.uptimeMilliseconds >= 0,
            identity.uptimeMilliseconds <= Int64(NativeDecoder.uptimeLimitMilliseconds)
        else { throw reader.damaged }
        if flags & JournalEncoder.Flag.hasDeclaredLag != 0 {
            identity.declaredLagMilliseconds = try lag()
        }
        let elapsed = try time()
        arrival.bootNanoseconds = try sum(arrival.bootNanoseconds, try product(elapsed, 1_000_000))
        arrival.unixMilliseconds = try sum(arrival.unixMilliseconds, try sum(elapsed, try time()))
        guard arrival.unixMilliseconds.magnitude <= SafeSum.unixLimit.magnitude else { throw reader.damaged }
        arrival.isSynchronised = flags & JournalEncoder.Flag.isSynchronised != 0
        last.boot = identity.boot
        last.uptimeMilliseconds = identity.uptimeMilliseconds
        let stamp = try sum(arrival.unixMilliseconds, try time())
        guard stamp.magnitude <= SafeSum.unixLimit.magnitude else { throw reader.damaged }
        devices[place].last = last
        return Entry(
            id: devices[place].id, profile: devices[place].profile, identity: identity, arrival: arrival,
            newestStampUnixMilliseconds: stamp, isRestart: isRestart)
    }

    private mutating func readMapped(_ identity: inout MessageIdentity, isNumbered: Bool) throws(StateError) {
        let form = try reader.number(UInt8.self)
        let hasKey = form & JournalEncoder.Flag.hasContentKey != 0
        guard form <= 3, !(isNumbered && hasKey) else { throw reader.damaged }
        identity.isUptimeKnown = form & JournalEncoder.Flag.hasUptime != 0
        if hasKey { identity.contentKey = try reader.number() }
    }

    private mutating func lag() throws(StateError) -> Int64 {
        let lag = try reader.varyingSigned()
        guard lag >= 0, lag <= Int64(NativeDecoder.uptimeLimitMilliseconds) else { throw reader.damaged }
        return lag
    }

    /// The next difference.
    private mutating func time() throws(StateError) -> Int64 {
        try sum(0, try reader.varyingSigned())
    }

    /// Times beyond a quarter of what 64 bits hold are damage, and refusing them keeps every later sum in range.
    private func sum(_ left: Int64, _ right: Int64) throws(StateError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow, sum.magnitude < 1 << 61 else { throw reader.damaged }
        return sum
    }

    private func product(_ left: Int64, _ right: Int64) throws(StateError) -> Int64 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        guard !overflow else { throw reader.damaged }
        return product
    }
}
