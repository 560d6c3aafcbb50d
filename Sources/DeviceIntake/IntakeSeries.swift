internal import MetricModel

/// The series that speak about all devices.
struct IntakeSeries {
    let connected: Series
    let known: Series
    let limit: Series
    let refusedDevices: Series
    let ignored: Series
    /// By `MalformedReason.allCases`, without a device.
    let malformed: [Series]

    init(families: DeviceFamilies, scope: SeriesScope) {
        func series(_ family: MetricFamily) -> Series { Series(family: family, scope: scope, labelValues: []) }
        connected = series(families.connected)
        known = series(families.known)
        limit = series(families.limit)
        refusedDevices = series(families.refusedDevices)
        ignored = series(families.ignored)
        malformed = MalformedReason.allCases.map { reason in
            Series(family: families.malformed, scope: scope, labelValues: ["", reason.rawValue])
        }
    }
}
