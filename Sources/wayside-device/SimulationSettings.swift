internal import DeviceIntake
internal import DeviceProtocol
internal import MQTTSession

/// What to simulate, as the command line said it and checked.
struct SimulationSettings {
    var profile: SimulatedProfile
    var broker: MQTTBrokerAddress
    var deviceCount: Int
    var devicePrefix: String
    /// Readings a second and device; 0 is as fast as the broker acknowledges.
    var rateHertz: Double
    var qos: Int
    /// Publishing ends after this; nil goes on until a signal comes.
    var durationNanoseconds: Int64?
    /// Publishing ends when each device has sent its part of this many messages.
    var messageLimit: Int?
    var seed: UInt64
    var silences: [SilenceWindow]
    var rebootEveryNanoseconds: Int64?
    var duplicateFraction: Double
    var malformedFraction: Double
    var sequenceLogPath: String?
    var isQuiet: Bool
    /// How native devices write their messages.
    var encoding: MessageEncoding
    /// The keys of devices that sign.
    var keys: DeviceKeys
    /// The first boot id of those: seconds since 1970, so that they rise from one simulation to the next.
    var firstRisingBootID: UInt32

    /// The interval between readings; for `rateHertz` 0 what a device of 10 Hz would declare.
    var intervalNanoseconds: Int64 { rateHertz > 0 ? Int64(1e9 / rateHertz) : 100_000_000 }

    /// The id of the device with this number, counted from 1: `sim-1`, and as on the boards `ESP32_FIELD_001`.
    func deviceID(number: Int) -> String {
        if profile == .wayside { return "\(devicePrefix)-\(number)" }
        let digits = String(number)
        return devicePrefix + "_" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// How many messages the device with this index may send.
    func messageLimit(ofDevice index: Int) -> Int? {
        messageLimit.map { $0 / deviceCount + (index < $0 % deviceCount ? 1 : 0) }
    }
}
