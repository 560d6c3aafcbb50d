import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import TestPeers

/// `wayside-device simulate` with a log of every message that the broker acknowledged.
final class SimulatedFleet {
    let directory: ScratchDirectory
    private let process: RealProcess
    private var sequenceLog: String { directory.path + "/sequences" }

    /// One acknowledged message.
    struct Message: Hashable {
        let device: String
        let sequence: Int
        let topic: String
    }

    init(_ arguments: [String], broker: String) throws {
        directory = try ScratchDirectory()
        process = try RealProcess(
            Programs.device,
            ["simulate", "--broker", broker, "--qos", "1", "--sequence-log", directory.path + "/sequences", "--quiet"]
                + arguments, log: directory.path + "/simulate.log")
    }

    deinit { process.terminate() }

    /// Takes its power: connections break, and brokers publish the devices' last wills.
    func kill() { process.kill() }

    /// Ends it and answers every message that the broker acknowledged.
    func stop() throws -> [Message] {
        let code = process.terminate()
        guard code == 0 else { throw PeerError("simulate ended with \(code): \(process.log)") }
        return try Files.readText(sequenceLog, byteLimit: 64 << 20).split(separator: "\n").map { line in
            let fields = line.split(separator: " ")
            guard fields.count == 5, let sequence = Int(fields[2]) else {
                throw PeerError("strange line in the sequence log: \(line)")
            }
            return Message(device: String(fields[0]), sequence: sequence, topic: String(fields[4]))
        }
    }
}
