internal import MetricModel

/// Everything known of one device.
struct DeviceRecord {
    let id: String
    let profile: DeviceProfile
    var counts = DeviceCounts()
    /// Messages that came on each topic, taken or not: by `MessageKind` or `ModaxStream`, or by the place of a mapping,
    /// which is not kept across restarts.
    var received = [UInt64](repeating: 0, count: 4)
    var newestData: DataTime?
    /// When the device was last heard of in any way, on CLOCK_BOOTTIME; what `forgetAfter` counts from.
    var lastHeardBootNanoseconds: Int64
    /// When live messages came first and last, by the wall clock.
    var firstSeen: SeenTime?
    var lastSeen: SeenTime?
    /// Said by a state message, until live data says otherwise.
    var isDeclaredOffline = false

    var declaredIntervalMilliseconds: UInt32?
    var interval = IntervalEstimate()
    var firmware = ""
    var model = ""
    var resetReason = ""

    var boot: DeviceBoot?
    /// The boots before `boot`, newest first.
    var pastBoots: [DeviceBoot] = []
    var modax: ModaxTimeline?
    var mapped: MappedTimeline?
    /// The last birth message taken, to know its redelivery.
    var lastBirth: BirthIdentity?
    /// The newest boot of which an authenticated message has come; none is taken of an older one that is forgotten.
    var newestAuthenticBootID: UInt32?
    /// The readings that the last birth message declared.
    var declared: [DeclaredReading] = []
    /// Whether any birth message has declared a reading since the start.
    var hasDeclared = false

    /// Whether the newest message was placed by the device's own wall clock.
    var isClockDeclared = false
    /// How much earlier than its arrival the last message was measured by its uptime, whatever its wall clock says.
    var fittedLagNanoseconds: Int64 = 0
    /// How far the device's wall clock is ahead of the gateway's, where it has one; believed or not.
    var clockOffsetMilliseconds: Int64?
    var budget: MessageBudget?

    var readings: [ReadingState] = []
    /// No sample of this device may be stamped at or before this: what restarts leave of the readings' stamps.
    var stampFloorUnixMilliseconds = Int64.min
    /// The latest stamp of any sample, which becomes the floor after a restart.
    var newestStampUnixMilliseconds = Int64.min
    var series: DeviceSeries
    /// Whether `series.info` has been sent, and so must be ended when it changes.
    var isInfoEmitted = false
    /// Whether the last tick has sent these, so that they must be ended where there is no value any more.
    var isOffsetSent = false
    var isDriftSent = false

    struct BirthIdentity: Equatable {
        var bootID: UInt32
        var uptimeMilliseconds: UInt64
    }

    init(id: String, profile: DeviceProfile, series: DeviceSeries, heardAt bootNanoseconds: Int64) {
        self.id = id
        self.profile = profile
        self.series = series
        lastHeardBootNanoseconds = bootNanoseconds
    }

    /// Takes note of a live message.
    mutating func hear(_ arrival: Arrival) {
        lastHeardBootNanoseconds = max(lastHeardBootNanoseconds, arrival.bootNanoseconds)
        lastSeen = SeenTime(arrival)
        firstSeen = firstSeen ?? lastSeen
    }

    /// The fit of the uptimes of the boot that is running.
    var clock: UptimeClock? { boot?.clock ?? modax?.clock }

    var clockState: DeviceClockState {
        if isClockDeclared { return .declared }
        return clock?.driftPartsPerMillion == nil ? .learning : .fitted
    }

    var intervalMilliseconds: Int64? {
        declaredIntervalMilliseconds.map(Int64.init) ?? interval.milliseconds
    }

    /// How long a silence may be before the readings end.
    func staleAfterMilliseconds(_ settings: DeviceIntakeSettings) -> Int64 {
        max(Int64(settings.staleAfterIntervals) * (intervalMilliseconds ?? 0), settings.staleAfterMinimumMilliseconds)
    }

    func state(_ clock: ClockReading, _ settings: DeviceIntakeSettings) -> DeviceStatus.State {
        guard let newestData else { return isDeclaredOffline ? .offline : .unheard }
        if isDeclaredOffline { return .offline }
        return newestData.ageMilliseconds(clock) > staleAfterMilliseconds(settings) ? .stale : .online
    }

    mutating func count(_ reason: MalformedReason) {
        guard let index = MalformedReason.allCases.firstIndex(of: reason) else { return }
        counts.malformed[index] += 1
    }
}
