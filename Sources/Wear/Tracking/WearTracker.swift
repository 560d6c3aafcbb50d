package import MetricModel

/// The wear, vibration and anomalies of all devices: samples in, figures out. See DESIGN.md.
///
/// A value without I/O or clock. Give it every batch of device samples, once, in the order of their journals; `snapshot`
/// and the batches behind it bring the same state back.
package struct WearTracker: Sendable {
    /// Where a series' samples go.
    enum Target: Sendable {
        /// `offset` is added: temperatures in kelvin become degrees Celsius.
        case component(Int, input: Int, offset: Double)
        case channel(Int)
        case velocity(machine: Int, axis: Int)
        case acceleration(machine: Int, axis: Int)
    }

    struct Tracked: Sendable {
        var component: WearComponent
        let series: ComponentSeries
        /// Of inputs that name no channel: the first by name so far.
        var boundChannels: (String?, String?) = (nil, nil)
    }

    /// What there is of one device.
    struct Device: Sendable {
        var components: [Int] = []
        /// Components whose declaration cannot be used.
        var invalid: [Series] = []
        var machine: Int?
    }

    struct Key: Hashable, Sendable {
        let deviceID: String
        let component: String
    }

    package let settings: WearSettings
    /// What every series has beside its own labels.
    package let scope: SeriesScope
    let families = WearFamilies()
    /// Series that are not of one component.
    var table: SeriesTable

    var tracked: [Tracked] = []
    var channels: [WatchedChannel] = []
    var machines: [MachineMonitor] = []
    var devices: [String: Device] = [:]
    /// What devices declared in their births.
    var births: [String: [WearDeclaration]] = [:]
    /// States that nothing declares at the moment, as in the snapshot.
    var orphans: [Key: [UInt8]] = [:]
    /// How often each severity began, by device with a watched channel.
    var onsets: [String: [UInt64]] = [:]

    private var routes = SeriesRoutes()
    private var routeTargets: [Range<Int>] = []
    private var targets: [Target] = []

    /// The number of the last journal whose samples are in it.
    package var appliedJournal: UInt64 = 0
    /// The clocks of the last batch.
    var lastClock: ClockReading?
    /// Grows with each sample that a component took. Not part of the state.
    package private(set) var changeCount: UInt64 = 0
    /// What a limit kept out.
    package var refusedCount: UInt64 = 0
    /// Parts of snapshots and entries in them that could not be read back.
    package var damagedCount: UInt64 = 0

    /// How many series are kept apart before all are looked at anew; devices' own limits keep it far below.
    private static let seriesLimit = 1_000_000
    /// A clock that jumps by more was set.
    private static let clockStepMilliseconds: Int64 = 500

    package init(settings: WearSettings, scope: SeriesScope) {
        self.settings = settings
        self.scope = scope
        // Vibration and anomalies: a few series for each of what is limited.
        table = SeriesTable(scope: scope, limit: 16 * settings.limit + 16)
    }

    /// Whether there is nothing to track, so that batches need not be given.
    package var isIdle: Bool { settings.isEmpty && births.isEmpty }

    /// Takes the samples of a batch of device messages. `journal` is the number of its journal.
    package mutating func apply(_ samples: [Sample], clock: ClockReading, journal: UInt64) {
        appliedJournal = max(appliedJournal, journal)
        guard !isIdle, !samples.isEmpty else { return }
        follow(clock)
        for sample in samples {
            let route = routes.route(sample.series) ?? resolve(sample.series)
            // A stale marker is a NaN too.
            guard route >= 0, !sample.value.isNaN else { continue }
            for place in routeTargets[Int(route)] {
                apply(sample, to: targets[place], clock)
            }
        }
    }

    private mutating func apply(_ sample: Sample, to target: Target, _ clock: ClockReading) {
        switch target {
        case .component(let index, let input, let offset):
            changeCount &+= 1
            tracked[index].component.apply(sample.value + offset, input: input, at: sample.unixMilliseconds)
        case .channel(let index):
            channels[index].freshness.note(sample.unixMilliseconds, clock)
            if let onset = channels[index].monitor.add(sample.value) {
                let count = onsets[channels[index].deviceID, default: [0, 0]][onset.severity.rawValue]
                onsets[channels[index].deviceID, default: [0, 0]][onset.severity.rawValue] = SafeSum.count(count, 1)
            }
        case .velocity(let machine, let axis):
            machines[machine].addVelocity(sample.value, axis: axis, at: sample.unixMilliseconds, clock)
        case .acceleration(let machine, let axis):
            machines[machine].addAcceleration(sample.value, axis: axis, at: sample.unixMilliseconds, clock)
        }
    }

    /// Stamps are of the wall clock as it was. Where it was set in between, those that are held go with it; over a boot
    /// without a synchronised clock on both sides nobody knows how they compare.
    private mutating func follow(_ clock: ClockReading) {
        defer { lastClock = clock }
        guard let last = lastClock else { return }
        if last.bootID == clock.bootID {
            let shift = SafeSum.unixTime(
                SafeSum.unixTime(clock.unixMilliseconds, -last.unixMilliseconds),
                -SafeSum.time(clock.bootNanoseconds, -last.bootNanoseconds) / 1_000_000)
            guard abs(shift) > WearTracker.clockStepMilliseconds else { return }
            for index in tracked.indices { tracked[index].component.moveStamps(shift) }
            for index in machines.indices { machines[index].moveStamps(shift) }
        } else {
            for index in machines.indices { machines[index].forgetStamps() }
            for index in channels.indices { channels[index].freshness.forget() }
            guard !last.isSynchronised || !clock.isSynchronised else { return }
            for index in tracked.indices { tracked[index].component.forgetStamps() }
        }
    }

    // MARK: Routes

    /// Finds out where a series' samples go, once.
    private mutating func resolve(_ series: Series) -> Int32 {
        guard let id = series.labelValues.first else { return -1 }
        if routes.count >= WearTracker.seriesLimit { forgetRoutes() }
        if devices[id] == nil { meet(id) }
        if rebinds(series, id) { forgetRoutes() }
        let start = targets.count
        findTargets(of: series, id)
        guard targets.count > start else {
            routes.add(series, route: -1)
            return -1
        }
        routeTargets.append(start..<targets.count)
        routes.add(series, route: Int32(routeTargets.count - 1))
        return Int32(routeTargets.count - 1)
    }

    /// Lets every series be looked at anew when its next sample comes.
    package mutating func forgetRoutes() {
        routes.removeAll()
        routeTargets.removeAll()
        targets.removeAll()
    }

    /// Whether an input without a channel has to change to this series; it then has changed.
    private mutating func rebinds(_ series: Series, _ id: String) -> Bool {
        var changed = false
        let channel = WearInputName.channel(of: series)
        for index in devices[id]?.components ?? [] {
            for (input, name) in tracked[index].component.model.inputs.enumerated()
            where name.channel == nil && name.matches(series) {
                let bound = input == 0 ? tracked[index].boundChannels.0 : tracked[index].boundChannels.1
                if let bound, bound <= channel { continue }
                if bound != nil { changed = true }
                // What is held is the other channel's; but not what a snapshot held, which is most likely this one's.
                if input == 0 {
                    if bound != nil { tracked[index].component.first = WearInput() }
                    tracked[index].boundChannels.0 = channel
                } else {
                    if bound != nil { tracked[index].component.second = WearInput() }
                    tracked[index].boundChannels.1 = channel
                }
            }
        }
        return changed
    }

    private mutating func findTargets(of series: Series, _ id: String) {
        let channel = WearInputName.channel(of: series)
        for index in devices[id]?.components ?? [] {
            for (input, name) in tracked[index].component.model.inputs.enumerated() where name.matches(series) {
                let bound = input == 0 ? tracked[index].boundChannels.0 : tracked[index].boundChannels.1
                if name.channel != nil || bound == channel {
                    let isKelvin = tracked[index].component.model.kind == .arrhenius && series.family.unit == "kelvin"
                    targets.append(.component(index, input: input, offset: isKelvin ? -273.15 : 0))
                }
            }
        }
        let anomaly = settings.anomalies.first { anomaly in
            anomaly.device.matches(id)
                && WearInputName(quantity: anomaly.quantity, channel: anomaly.channel).matches(series)
        }
        if let anomaly, let index = channelIndex(id, channel, anomaly) { targets.append(.channel(index)) }
        guard let machine = devices[id]?.machine else { return }
        if WearInputName.isOf("vibration_velocity", series.family), let axis = axisIndex(machine, channel) {
            targets.append(.velocity(machine: machine, axis: axis))
        }
        if WearInputName.isOf("vibration_acceleration", series.family) {
            let axis = MachineMonitor.accelerationChannels.firstIndex(of: channel) ?? MachineMonitor.otherAxis
            targets.append(.acceleration(machine: machine, axis: axis))
        }
    }
}
