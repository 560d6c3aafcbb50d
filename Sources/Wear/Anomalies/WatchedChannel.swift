/// A monitor with the channel it watches.
struct WatchedChannel: Sendable {
    let deviceID: String
    let quantity: String
    let channel: String
    var monitor: AnomalyMonitor
    var freshness = Freshness()
}
