internal import ArgumentParser
internal import DeviceIntake
internal import DeviceProtocol
internal import LinuxSystem
internal import MQTTSession

/// `wayside-device simulate`: a fleet that publishes, and what the broker acknowledged of it.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Publish as a fleet of devices and count what the broker acknowledges.",
        discussion: """
            Every device is an MQTT client of its own. While it has no connection, or too much waits for the broker, \
            it skips readings without using up sequence numbers.

            The last line of output is JSON: published, acknowledged, refused and skipped messages, in total and for \
            each device, with the device's boot id and its last acknowledged sequence number. Extra copies \
            (--duplicate) and malformed messages are counted apart. SIGINT and SIGTERM end it with that line.
            """)

    @Option(help: "The firmware: wayside or modax.") var profile: SimulatedProfile = .wayside
    @Option(help: ArgumentHelp("How many devices.", valueName: "n")) var devices = 1
    @Option(help: ArgumentHelp("Readings a second and device; 0: as fast as acknowledged.", valueName: "hz"))
    var rate = 1.0
    @Option(help: "0 or 1. MODAX boards use 0; here 1 is the default for both.") var qos = 1
    @Option(help: ArgumentHelp("The broker, mqtt://[user:password@]host[:port].", valueName: "url"))
    var broker = "mqtt://127.0.0.1:1883"
    @Option(help: ArgumentHelp("Stop publishing after this long.", valueName: "seconds")) var duration: Double?
    @Option(help: ArgumentHelp("Stop after this many readings in all.", valueName: "n")) var messages: Int?
    @Option(help: "Repeats values, faults and boot ids; random without it.") var seed: UInt64?
    @Option(help: "Devices are called PREFIX-1, in the MODAX profile PREFIX_001.") var devicePrefix: String?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Silence the device with this number, for example 2@10..70 (may be repeated).",
            valueName: "device@from..to"))
    var silence: [SilenceWindow] = []
    @Option(help: ArgumentHelp("Each device loses its power this often.", valueName: "seconds"))
    var rebootEvery: Double?
    @Option(help: ArgumentHelp("How many readings are published twice.", valueName: "fraction")) var duplicate = 0.0
    @Option(help: ArgumentHelp("How many readings are followed by garbage.", valueName: "fraction"))
    var malformed = 0.0
    @Option(
        help: ArgumentHelp(
            "Write a line `device boot sequence uptime_ms topic` for each acknowledgement.", valueName: "file"))
    var sequenceLog: String?
    @Option(help: "How native devices write their messages: json or cbor.") var encoding: SimulatedEncoding = .json
    @Option(
        help: ArgumentHelp(
            "Sign the messages of the devices that have a key in this file: lines of `device key_id hex-key`, as the "
                + "agent's devices.keys_file.", valueName: "file"))
    var keyFile: String?
    @Flag(help: "Print only the last line.") var quiet = false

    func validate() throws {
        func require(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }
        try require((1...10_000).contains(devices), "--devices must be 1 to 10000")
        try require((0...10_000).contains(rate), "--rate must be 0 to 10000")
        try require(qos == 0 || qos == 1, "--qos must be 0 or 1")
        try require((0...1).contains(duplicate), "--duplicate must be 0 to 1")
        try require((0...1).contains(malformed), "--malformed must be 0 to 1")
        try require(duration.map { $0 > 0 && $0 <= 1e9 } ?? true, "--duration must be more than 0")
        try require(rebootEvery.map { $0 > 0 && $0 <= 1e9 } ?? true, "--reboot-every must be more than 0")
        try require(messages.map { $0 > 0 } ?? true, "--messages must be more than 0")
        try require(rate > 0 || messages != nil || duration != nil, "--rate 0 needs --messages or --duration")
        try require(
            silence.allSatisfy { $0.device <= devices }, "--silence names a device that is not simulated")
        try require(
            profile == .wayside || (encoding == .json && keyFile == nil),
            "--encoding and --key-file are for the profile wayside")
        try SimulatedDevice.checkName(settings().deviceID(number: devices))
    }

    func run() throws {
        try FleetRunner(settings: settings()).run()
    }

    private func settings() throws -> SimulationSettings {
        SimulationSettings(
            profile: profile, broker: try address(), deviceCount: devices, devicePrefix: prefix, rateHertz: rate,
            qos: qos, durationNanoseconds: duration.map { Int64($0 * 1e9) }, messageLimit: messages,
            seed: seed ?? Machine.randomWord(), silences: silence,
            rebootEveryNanoseconds: rebootEvery.map { Int64($0 * 1e9) }, duplicateFraction: duplicate,
            malformedFraction: malformed, sequenceLogPath: sequenceLog, isQuiet: quiet,
            encoding: encoding.encoding, keys: try keys(),
            firstRisingBootID: UInt32(clamping: Clocks.unixMilliseconds() / 1000))
    }

    private func keys() throws -> DeviceKeys {
        guard let keyFile else { return DeviceKeys() }
        do {
            return try DeviceKeyFile.parse(try Files.read(keyFile, byteLimit: 32 << 20))
        } catch { throw ValidationError("--key-file \(keyFile): \(error)") }
    }

    private var prefix: String { devicePrefix ?? (profile == .modax ? "ESP32_FIELD" : "sim") }

    private func address() throws -> MQTTBrokerAddress {
        do {
            return try MQTTBrokerAddress(url: broker)
        } catch { throw ValidationError("\(error)") }
    }
}
