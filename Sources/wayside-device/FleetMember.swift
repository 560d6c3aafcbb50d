internal import LinuxSystem
internal import MQTTSession

/// A simulated device with its client, its schedule and its counts.
final class FleetMember {
    /// How often a MODAX board sends its safety flags.
    private static let safetyNanoseconds: Int64 = 1_000_000_000
    /// How many messages a device lets wait for the broker; its memory is small.
    private static let pendingLimit = 500

    let number: Int
    let publisher: MQTTPublisher
    private(set) var tally = DeviceTally()

    private struct Pending {
        let identity: OutgoingMessage.Identity?
        let topic: String
    }

    private let settings: SimulationSettings
    private let log: SequenceLog?
    private var device: SimulatedDevice
    private var random: SplitMix64
    private var pending: [Int32: Pending] = [:]
    private var announcedConnectCount = 0
    private var nextReading: Int64
    private var nextSafety: Int64
    private var nextReboot: Int64

    init(number: Int, settings: SimulationSettings, log: SequenceLog?, seed: UInt64, now: Int64) throws {
        self.number = number
        self.settings = settings
        self.log = log
        random = SplitMix64(seed: seed)
        let id = settings.deviceID(number: number)
        device = SimulatedDevice(
            id: id, settings: settings, seed: random.next(), now: now)
        var configuration = MQTTPublisherConfiguration(broker: settings.broker, clientID: id, will: try device.will())
        // The boards' own library speaks 3.1.1.
        configuration.version = settings.profile == .modax ? .v311 : .v5
        configuration.pendingLimit = Self.pendingLimit
        publisher = MQTTPublisher(configuration: configuration, randomSeed: random.next())
        // Devices do not start in step.
        nextReading = now + Int64.random(in: 0..<settings.intervalNanoseconds, using: &random)
        nextSafety = settings.profile == .modax ? now + Self.safetyNanoseconds : Int64.max
        nextReboot = Int64.max
        if let every = settings.rebootEveryNanoseconds {
            nextReboot = now + every + Int64.random(in: 0..<every, using: &random)
        }
    }

    var id: String { device.id }

    /// When it next has something to do by itself.
    var nextNanoseconds: Int64 { settings.rateHertz > 0 ? min(nextReading, nextSafety, nextReboot) : nextReboot }

    /// Whether it has sent its part of `--messages`.
    var isComplete: Bool { settings.messageLimit(ofDevice: number - 1).map { tally.published >= $0 } ?? false }

    /// Publishes what is due. `startNanoseconds` is the simulation's start, from which silences count.
    func step(now: Int64, startNanoseconds: Int64) throws {
        if now >= nextReboot { try reboot(now: now) }
        let isSilent = settings.silences.contains {
            $0.holds(device: number, atNanoseconds: now - startNanoseconds)
        }
        if publisher.isConnected && publisher.connectCount != announcedConnectCount && !isSilent {
            announcedConnectCount = publisher.connectCount
            for message in try device.announcements(now: now) { try publish(message, qos: 1) }
        }
        if settings.rateHertz > 0 {
            try stepBySchedule(now: now, isSilent: isSilent)
        } else {
            while !isSilent && !isComplete && hasRoom {
                _ = device.advance(to: now)
                try publishReading(device.readings(now: now))
            }
        }
    }

    /// Leaves in order.
    func close() throws {
        if publisher.isConnected, let farewell = try device.farewell() { try publish(farewell, qos: 1) }
        publisher.close()
    }

    /// Takes what the broker has answered.
    func settle() throws {
        for outcome in publisher.takeOutcomes() {
            guard let message = pending.removeValue(forKey: outcome.packet), let identity = message.identity else {
                continue
            }
            guard outcome.isAccepted else {
                tally.refused += 1
                continue
            }
            tally.acknowledged += 1
            tally.lastAcknowledged = identity
            try log?.note(device: id, identity, topic: message.topic)
        }
    }

    /// The device's part of the last line.
    var json: String {
        let last = tally.lastAcknowledged
        return "\"\(id)\":{\(tally.jsonMembers),\"boot_id\":\(last?.bootID ?? device.bootID),"
            + "\"last_sequence\":\(last.map { String($0.sequence) } ?? "null"),"
            + "\"last_uptime_ms\":\(last.map { String($0.uptimeMilliseconds) } ?? "null")}"
    }

    // MARK: - Parts

    private var hasRoom: Bool { publisher.isConnected && publisher.pendingCount < Self.pendingLimit - 4 }

    private func stepBySchedule(now: Int64, isSilent: Bool) throws {
        guard now >= nextReading || now >= nextSafety else { return }
        let hasEdge = device.advance(to: now)
        if now >= nextReading {
            // One reading however late it is: a device does not make up for what it has slept through.
            nextReading += settings.intervalNanoseconds * (1 + (now - nextReading) / settings.intervalNanoseconds)
            try publishIfPossible(isSilent: isSilent) { try device.readings(now: now) }
        }
        if hasEdge || now >= nextSafety {
            if now >= nextSafety { nextSafety = now + Self.safetyNanoseconds }
            try publishIfPossible(isSilent: isSilent) { try device.safety(now: now) }
        }
    }

    private func publishIfPossible(isSilent: Bool, _ make: () throws -> OutgoingMessage) throws {
        if isSilent || isComplete { return }
        guard hasRoom else {
            tally.skipped += 1
            return
        }
        try publishReading(make())
    }

    private func publishReading(_ message: OutgoingMessage) throws {
        try publish(message, qos: settings.qos)
        tally.published += 1
        if Double.random(in: 0..<1, using: &random) < settings.duplicateFraction {
            try publish(OutgoingMessage(topic: message.topic, payload: message.payload), qos: settings.qos)
            tally.duplicatesSent += 1
        }
        if Double.random(in: 0..<1, using: &random) < settings.malformedFraction {
            let payload = MalformedPayload.make(from: message.payload, using: &random)
            try publish(OutgoingMessage(topic: message.topic, payload: payload), qos: settings.qos)
            tally.malformedSent += 1
        }
    }

    private func publish(_ message: OutgoingMessage, qos: Int) throws {
        let packet = try message.payload.withUnsafeBytes { bytes in
            try publisher.publish(topic: message.topic, payload: bytes, qos: qos, isRetained: message.isRetained)
        }
        pending[packet] = Pending(identity: message.identity, topic: message.topic)
    }

    private func reboot(now: Int64) throws {
        try settle()
        tally.abandoned += pending.values.count { $0.identity != nil }
        pending = [:]
        tally.reboots += 1
        device.reboot(now: now)
        publisher.crash(nextWill: try device.will())
        nextReboot = now + (settings.rebootEveryNanoseconds ?? Int64.max - now)
    }
}
