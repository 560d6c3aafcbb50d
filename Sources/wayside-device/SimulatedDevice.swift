internal import ArgumentParser
internal import DeviceIntake
internal import DeviceProtocol
internal import MQTTSession

/// One device: who it is, its boots and sequence numbers, and the messages it makes. No I/O and no clock.
struct SimulatedDevice {
    let id: String
    let profile: SimulatedProfile
    let intervalMilliseconds: UInt32
    private(set) var bootID: UInt32
    private var sequence: UInt32 = 0
    private var bootNanoseconds: Int64
    private var lastUptimeMilliseconds: UInt64 = 0
    private var lastAdvanceNanoseconds: Int64
    private var resetReason = ResetReason.powerOn
    private var machine: MachineModel
    private var random: SplitMix64
    private let encoding: MessageEncoding
    /// What its messages are signed with.
    private let key: DeviceKey?

    /// Throws where the protocol would not take the name.
    static func checkName(_ name: String) throws {
        var name = name
        let isGood = name.withUTF8 { ProtocolLimits.isDeviceID(UnsafeRawBufferPointer($0)) }
        if !isGood { throw ValidationError("\"\(name)\" is no device id: 1 to 64 letters, digits and _ - . :") }
    }

    init(id: String, settings: SimulationSettings, seed: UInt64, now: Int64) {
        self.id = id
        profile = settings.profile
        encoding = settings.encoding
        key = settings.keys[id]?.last
        intervalMilliseconds = UInt32(clamping: max(1, settings.intervalNanoseconds / 1_000_000))
        random = SplitMix64(seed: seed)
        bootID = UInt32.random(in: 1...UInt32.max, using: &random)
        if key != nil { bootID = settings.firstRisingBootID }
        machine = MachineModel(seed: random.next())
        bootNanoseconds = now
        lastAdvanceNanoseconds = now
    }

    /// Starts over as after a loss of power.
    mutating func reboot(now: Int64) {
        // A device that signs counts its boots, as it must.
        bootID = key == nil ? UInt32.random(in: 1...UInt32.max, using: &random) : bootID &+ 1
        sequence = 0
        bootNanoseconds = now
        lastUptimeMilliseconds = 0
        resetReason = .brownout
    }

    /// Lets the machine go on; answers whether the emergency stop changed.
    mutating func advance(to now: Int64) -> Bool {
        defer { lastAdvanceNanoseconds = now }
        return machine.advance(seconds: Double(now - lastAdvanceNanoseconds) / 1e9)
    }

    /// The interval's readings.
    mutating func readings(now: Int64) throws -> OutgoingMessage {
        let identity = nextIdentity(now: now)
        switch profile {
        case .modax: return try modaxData(identity)
        case .wayside:
            return try native(.telemetry, identity) { encoder, header in
                encoder.beginTelemetry(header)
            }
        }
    }

    /// The safety flags: in the MODAX profile the message of each second and each edge, in the native one an event.
    mutating func safety(now: Int64) throws -> OutgoingMessage {
        let identity = nextIdentity(now: now)
        switch profile {
        case .modax: return try modaxSafety(identity)
        case .wayside:
            return try native(.event, identity) { encoder, header in
                encoder.beginEvent("emergency_stop", header)
            }
        }
    }

    /// What a native device publishes after each connect.
    func announcements(now: Int64) throws -> [OutgoingMessage] {
        guard profile == .wayside else { return [] }
        let uptime = UInt64(max(0, now - bootNanoseconds) / 1_000_000)
        let birth = try encode(.birth) { encoder in
            encoder.beginBirth(
                BirthMessage(
                    bootID: bootID, uptimeMilliseconds: uptime, intervalMilliseconds: intervalMilliseconds,
                    firmware: "wayside-device simulate", model: "simulated", resetReason: resetReason))
            Self.declare(to: &encoder)
            return try encoder.finish()
        }
        return [
            OutgoingMessage(topic: try topic(.birth), payload: birth, isRetained: true),
            OutgoingMessage(topic: try topic(.state), payload: try state(.online), isRetained: true),
        ]
    }

    /// What the broker says when a native device has vanished.
    func will() throws -> MQTTPublisherConfiguration.Will? {
        guard profile == .wayside else { return nil }
        return MQTTPublisherConfiguration.Will(topic: try topic(.state), payload: try state(.offline))
    }

    /// What a native device publishes before it leaves in order.
    func farewell() throws -> OutgoingMessage? {
        guard profile == .wayside else { return nil }
        return OutgoingMessage(topic: try topic(.state), payload: try state(.offline), isRetained: true)
    }

    // MARK: - Parts

    /// The next sequence number, and an uptime that no other message of this boot has.
    private mutating func nextIdentity(now: Int64) -> OutgoingMessage.Identity {
        defer { sequence &+= 1 }
        lastUptimeMilliseconds = max(
            UInt64(max(0, now - bootNanoseconds) / 1_000_000), lastUptimeMilliseconds + 1)
        return OutgoingMessage.Identity(
            bootID: bootID, sequence: sequence, uptimeMilliseconds: lastUptimeMilliseconds)
    }

    private func native(
        _ kind: MessageKind, _ identity: OutgoingMessage.Identity,
        begin: (inout MessageEncoder, MessageHeader) -> Void
    ) throws -> OutgoingMessage {
        let header = MessageHeader(
            bootID: identity.bootID, sequence: identity.sequence, uptimeMilliseconds: identity.uptimeMilliseconds)
        let payload = try encode(kind) { encoder in
            begin(&encoder, header)
            // In the order of their decimals. The number is there so that whoever has the readings can tell which
            // messages they came from.
            encoder.add("sequence", unit: "count", Double(identity.sequence), decimals: 0)
            encoder.add("safety_emergency_stop", machine.isEmergencyStopPressed)
            if kind == .telemetry {
                encoder.add("motor_current", channel: "0", unit: "A", machine.motorCurrents[0], decimals: 2)
                encoder.add("motor_current", channel: "1", unit: "A", machine.motorCurrents[1], decimals: 2)
                encoder.add("vibration_acceleration", channel: "x", unit: "m/s2", machine.vibration.x, decimals: 2)
                encoder.add("vibration_acceleration", channel: "y", unit: "m/s2", machine.vibration.y, decimals: 2)
                encoder.add("vibration_acceleration", channel: "z", unit: "m/s2", machine.vibration.z, decimals: 2)
                encoder.add(
                    "vibration_acceleration", channel: "magnitude", unit: "m/s2", machine.magnitude, decimals: 2)
                encoder.add("temperature", channel: "0", unit: "Cel", machine.temperatureCelsius, decimals: 2)
            }
            return try encoder.finish()
        }
        return OutgoingMessage(topic: try topic(kind), payload: payload, identity: identity)
    }

    /// What the telemetry will carry, and what of the machine wears by it.
    private static func declare(to encoder: inout MessageEncoder) {
        encoder.declare("sequence", unit: "count")
        encoder.declare("safety_emergency_stop")
        encoder.declare("motor_current", channel: "0", unit: "A")
        encoder.declare("motor_current", channel: "1", unit: "A")
        encoder.declare("vibration_acceleration", channel: "x", unit: "m/s2")
        encoder.declare("vibration_acceleration", channel: "y", unit: "m/s2")
        encoder.declare("vibration_acceleration", channel: "z", unit: "m/s2")
        encoder.declare("vibration_acceleration", channel: "magnitude", unit: "m/s2")
        encoder.declare("temperature", channel: "0", unit: "Cel")
        encoder.beginWear("motor", model: "operating_hours", quantity: "motor_current", channel: "0")
        encoder.addParameter("nominal_load", 5, decimals: 0)
        encoder.addParameter("load_exponent", 3, decimals: 0)
        encoder.addParameter("nominal_life_hours", 20_000, decimals: 0)
    }

    private func modaxData(_ identity: OutgoingMessage.Identity) throws -> OutgoingMessage {
        let vibration = ModaxVibration(
            x: machine.vibration.x, y: machine.vibration.y, z: machine.vibration.z, magnitude: machine.magnitude)
        let payload = try Self.encode { buffer in
            try withID { id in
                try machine.motorCurrents.withUnsafeBufferPointer { currents in
                    try [machine.temperatureCelsius].withUnsafeBufferPointer { temperatures in
                        try ModaxEncoder.encodeData(
                            timestamp: UInt32(truncatingIfNeeded: identity.uptimeMilliseconds), deviceID: id,
                            motorCurrents: currents, vibration: vibration, temperatures: temperatures, into: buffer)
                    }
                }
            }
        }
        return OutgoingMessage(topic: "\(ModaxEncoder.dataTopic)", payload: payload, identity: identity)
    }

    private func modaxSafety(_ identity: OutgoingMessage.Identity) throws -> OutgoingMessage {
        let safety = ModaxSafety(
            emergencyStop: machine.isEmergencyStopPressed, doorClosed: machine.isDoorClosed,
            overloadDetected: machine.isOverloaded, temperatureOK: machine.isTemperatureOK)
        let payload = try Self.encode { buffer in
            try withID { id in
                try ModaxEncoder.encodeSafety(
                    timestamp: UInt32(truncatingIfNeeded: identity.uptimeMilliseconds), deviceID: id, safety: safety,
                    into: buffer)
            }
        }
        return OutgoingMessage(topic: "\(ModaxEncoder.safetyTopic)", payload: payload, identity: identity)
    }

    private func state(_ state: DeviceState) throws -> [UInt8] {
        try encode(.state) { encoder in try encoder.encodeState(state, bootID: bootID) }
    }

    /// A message in this device's encoding, signed where it has a key.
    private func encode(_ kind: MessageKind, _ body: (inout MessageEncoder) throws -> Int) throws -> [UInt8] {
        let topic = Array(try topic(kind).utf8)
        return try Self.encode { buffer in
            try topic.withUnsafeBytes { topic in
                try (key?.bytes ?? []).withUnsafeBytes { bytes in
                    let signature = key.flatMap { MessageKey(id: $0.id, bytes: bytes) }.map {
                        MessageSignature(topic: ProtocolText(topic), key: $0)
                    }
                    var encoder = MessageEncoder(into: buffer, encoding: encoding, signature: signature)
                    return try body(&encoder)
                }
            }
        }
    }

    private func topic(_ kind: MessageKind) throws -> String {
        let bytes = try Self.encode { buffer in
            try withID { id in try DeviceTopic.encode(kind, deviceID: id, into: buffer) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func withID<Result>(_ body: (ProtocolText) throws -> Result) throws -> Result {
        var id = id
        return try id.withUTF8 { try body(ProtocolText(UnsafeRawBufferPointer($0))) }
    }

    /// The bytes that an encoder writes into the largest payload's buffer.
    private static func encode(_ body: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(byteCount: ProtocolLimits.payloadByteLimit, alignment: 1) { buffer in
            let count = try body(buffer)
            return Array(buffer[..<count])
        }
    }
}
