import Glibc
import LinuxSystem
import TestPeers

/// A mosquitto with the files of `config/mosquitto`, in which only the port and the directory are others.
final class ConfiguredBroker {
    let port: Int
    let directory: ScratchDirectory
    private var process: RealProcess?
    static let password = "correct horse"

    var url: String { "mqtt://127.0.0.1:\(port)" }
    var log: String { process?.log ?? "" }

    /// `users` get a password, beside the agent; `hasModaxBoards` installs `20-wayside-modax.conf` too.
    init(users: [String], hasModaxBoards: Bool = false) throws {
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try Files.makeDirectory(directory.path + "/conf.d")
        try install("conf.d/10-wayside.conf", replacing: "\nlistener 1883\n", by: "\nlistener \(port) 127.0.0.1\n")
        if hasModaxBoards { try install("conf.d/20-wayside-modax.conf") }
        try install("wayside.acl")
        // What Debian's own mosquitto.conf says, for this directory and this user.
        let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
        let settings = """
            persistence true
            persistence_location \(directory.path)/
            user \(name)
            include_dir \(directory.path)/conf.d

            """
        try writeText(settings, to: directory.path + "/mosquitto.conf")
        for (index, user) in (["wayside-agent"] + users).enumerated() {
            let made = try Programs.run(
                Programs.peer("mosquitto_passwd") ?? "mosquitto_passwd",
                ["-b"] + (index == 0 ? ["-c"] : []) + [directory.path + "/wayside.passwords", user, Self.password])
            guard made.exitCode == 0 else { throw PeerError("mosquitto_passwd: \(made.output)") }
        }
        try writeText(Self.password + "\n", to: directory.path + "/agent-password")
        try start()
    }

    deinit { process?.kill() }

    private func install(_ name: String, replacing wanted: String? = nil, by text: String = "") throws {
        var content = try Files.readText("\(Programs.packageRoot)/config/mosquitto/\(name)", byteLimit: 1 << 20)
        if let wanted {
            guard let range = content.firstRange(of: wanted) else { throw PeerError("\(name) has no \(wanted)") }
            content.replaceSubrange(range, with: text)
        }
        content = content.split(separator: "/etc/mosquitto/", omittingEmptySubsequences: false)
            .joined(separator: directory.path + "/")
        try writeText(content, to: directory.path + "/" + name)
    }

    func start() throws {
        let broker = try RealProcess(
            Programs.peer("mosquitto") ?? "mosquitto", ["-c", directory.path + "/mosquitto.conf"],
            log: directory.path + "/mosquitto.log")
        process = broker
        try broker.waitUntilListening(on: port)
    }

    /// SIGTERM: it saves its state.
    func stop() {
        process?.terminate()
        process = nil
    }

    /// The agent's settings, with the password of its user.
    var agentSettings: String {
        "mqtt: [{url: \"\(url)\", username: wayside-agent, "
            + "password_file: \"\(directory.path)/agent-password\", ack_within: 200ms}]"
    }

    /// Publishes with mosquitto_pub as `user`, or without a name, and answers all that it says.
    func publish(
        _ topic: String, _ payload: String, as user: String?, version: String = "5", qos: Int = 1
    ) throws -> String {
        let credentials = user.map { ["-u", $0, "-P", Self.password] } ?? []
        return try Programs.run(
            Programs.peer("mosquitto_pub") ?? "mosquitto_pub",
            ["-h", "127.0.0.1", "-p", "\(port)", "-V", version, "-d", "-q", "\(qos)", "-t", topic, "-m", payload]
                + credentials
        ).output
    }
}
