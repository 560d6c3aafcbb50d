internal import DeviceIntake
internal import Wear

/// A device with what was counted of it lately and what is wrong with it.
struct FleetDevice: Sendable {
    let status: DeviceStatus
    let recent: DeviceCounts
    /// How each of its components stands.
    let wear: [WearStatus]
    /// Worst first; empty where all is well.
    let concerns: [DeviceConcern]

    init(_ status: DeviceStatus, recent: DeviceCounts, wear: [WearStatus] = []) {
        self.status = status
        self.recent = recent
        self.wear = wear
        concerns = DeviceConcern.found(in: status, recent: recent) + DeviceConcern.found(in: wear)
    }
}
