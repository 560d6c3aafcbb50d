internal import DeviceIntake

/// Every device at one moment, ordered by id.
struct Fleet: Sendable {
    var devices: [FleetDevice] = []
    /// How far back the recent counts look.
    var recentMilliseconds: Int64 = 0
    /// How many devices may be known.
    var limit = 0

    func count(_ state: DeviceStatus.State) -> Int { devices.count { $0.status.state == state } }

    /// Those with something to look at: outages before doubts, in the order of their ids.
    var concerned: [FleetDevice] {
        let all = devices.filter { !$0.concerns.isEmpty }
        return all.filter(\.hasOutage) + all.filter { !$0.hasOutage }
    }
}

extension FleetDevice {
    /// Whether its readings are not to be had.
    var hasOutage: Bool { concerns.contains(where: \.isOutage) }
}
