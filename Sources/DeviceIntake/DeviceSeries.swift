internal import DeviceProtocol
internal import MetricModel

/// The series that speak about one device.
struct DeviceSeries {
    let age: Series
    let lastSample: Series
    let interval: Series
    let up: Series
    let isAgeLowerBound: Series
    let messages: Series
    let lost: Series
    let duplicates: Series
    let reordered: Series
    let retained: Series
    let reboots: Series
    let retimed: Series
    let refused: Series
    let declared: Series
    let missing: Series
    let firstSeen: Series
    let lastSeen: Series
    let clockOffset: Series
    let clockDrift: Series
    let implausiblePaces: Series
    let refusedMessages: Series
    var state: StateSeries
    var clockState: StateSeries
    /// By `ResetReason.counted`, made when the first is counted.
    var resets: [Series?]
    /// By `MalformedReason.allCases`, made when first counted.
    var malformed: [Series?]
    /// By topic, made when first counted.
    var received: [Series?]
    /// Replaced when the device says something else of itself.
    var info: Series

    /// Most devices never count any: they all share these.
    private static let noResets = [Series?](repeating: nil, count: ResetReason.counted.count)
    private static let noMalformed = [Series?](repeating: nil, count: MalformedReason.allCases.count)

    init(id: String, profile: DeviceProfile, families: DeviceFamilies, scope: SeriesScope) {
        // One array for all of them.
        let labelValues = [id]
        func series(_ family: MetricFamily) -> Series {
            Series(family: family, scope: scope, labelValues: labelValues)
        }
        age = series(families.age)
        lastSample = series(families.lastSample)
        interval = series(families.interval)
        up = series(families.up)
        isAgeLowerBound = series(families.isAgeLowerBound)
        messages = series(families.messages)
        lost = series(families.lost)
        duplicates = series(families.duplicates)
        reordered = series(families.reordered)
        retained = series(families.retained)
        reboots = series(families.reboots)
        retimed = series(families.retimed)
        refused = series(families.refused)
        declared = series(families.declared)
        missing = series(families.missing)
        firstSeen = series(families.firstSeen)
        lastSeen = series(families.lastSeen)
        clockOffset = series(families.clockOffset)
        clockDrift = series(families.clockDrift)
        implausiblePaces = series(families.implausiblePaces)
        refusedMessages = Series(family: families.refusedMessages, scope: scope, labelValues: [id, "rate"])
        state = StateSeries(families.state)
        clockState = StateSeries(families.clockState)
        resets = DeviceSeries.noResets
        malformed = DeviceSeries.noMalformed
        received = [Series?](repeating: nil, count: 4)
        info = Series(family: families.info, scope: scope, labelValues: [id, profile.name, "", "", ""])
    }
}
