internal import DeviceIntake

/// A device with what was counted of it lately and what is wrong with it.
struct FleetDevice: Sendable {
    let status: DeviceStatus
    let recent: DeviceCounts
    /// Worst first; empty where all is well.
    let concerns: [DeviceConcern]

    init(_ status: DeviceStatus, recent: DeviceCounts) {
        self.status = status
        self.recent = recent
        concerns = DeviceConcern.found(in: status, recent: recent)
    }
}
