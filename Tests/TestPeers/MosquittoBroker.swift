internal import Glibc

/// A real mosquitto on a loopback port, with its configuration and its persistence in a directory of its own.
package final class MosquittoBroker {
    package let port: Int
    package let directory: ScratchDirectory
    private let settings: [String]
    private var process: RealProcess?

    /// Prepares a broker without starting it. `settings` are lines of mosquitto.conf on top of a persistent,
    /// anonymous broker with large queues.
    package init(settings: [String] = []) throws {
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        self.settings = settings
    }

    deinit { process?.kill() }

    /// The URL that reaches it.
    package var url: String { "mqtt://127.0.0.1:\(port)" }

    /// Starts it and waits until it listens.
    package func start() throws {
        precondition(process == nil, "a broker is started once at a time")
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous true", "persistence true",
            "persistence_location \(directory.path)/", "max_queued_messages 1000000", "max_queued_bytes 0",
            // As root, mosquitto would change to a user that cannot write into the directory.
            "user \(userName)",
        ]
        lines += settings
        let path = directory.path + "/mosquitto.conf"
        try writeText(lines.joined(separator: "\n") + "\n", to: path)
        let broker = try RealProcess(Self.executable, ["-c", path], log: directory.path + "/mosquitto.log")
        process = broker
        try broker.waitUntilListening(on: port)
    }

    /// SIGTERM: it saves its state.
    package func stop() {
        process?.terminate()
        process = nil
    }

    /// SIGKILL: it saves nothing.
    package func kill() {
        process?.kill()
        process = nil
    }

    package var log: String { process?.log ?? "" }

    /// Debian keeps the broker where only root's PATH looks.
    private static let executable = access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto"

    private var userName: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    }
}
