/// The four flags of a MODAX safety message.
public struct ModaxSafety: Sendable {
    /// The emergency stop is pressed.
    public var emergencyStop: Bool
    /// The door is shut.
    public var doorClosed: Bool
    /// A motor current is above 10 A.
    public var overloadDetected: Bool
    /// The temperature is below 85 °C.
    public var temperatureOK: Bool

    /// All four flags.
    public init(emergencyStop: Bool, doorClosed: Bool, overloadDetected: Bool, temperatureOK: Bool) {
        self.emergencyStop = emergencyStop
        self.doorClosed = doorClosed
        self.overloadDetected = overloadDetected
        self.temperatureOK = temperatureOK
    }
}
