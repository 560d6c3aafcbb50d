/// What an agent's settings say of wear: `devices.wear`, `devices.anomalies`, `devices.vibration`.
package struct WearSettings: Sendable {
    /// A model for the component of every device that a pattern matches.
    package struct Declared: Sendable {
        package let device: IDPattern
        package let model: WearModel

        package init(device: IDPattern, model: WearModel) {
            self.device = device
            self.model = model
        }
    }

    /// The limits that a machine's vibration is held against.
    package struct Vibration: Sendable {
        package let device: IDPattern
        package let machine: VibrationClass

        package init(device: IDPattern, machine: VibrationClass) {
            self.device = device
            self.machine = machine
        }
    }

    /// Of two for one component of a device the first counts.
    package var models: [Declared] = []
    package var anomalies: [AnomalySettings] = []
    /// Of two for one device the first counts.
    package var vibration: [Vibration] = []
    /// How many components, watched channels and vibrating machines there may be, each: `devices.wear_limit`. More are
    /// counted in `wayside_wear_refused_total`.
    package var limit = 10_000

    package init() {}

    package var isEmpty: Bool { models.isEmpty && anomalies.isEmpty && vibration.isEmpty }
}
