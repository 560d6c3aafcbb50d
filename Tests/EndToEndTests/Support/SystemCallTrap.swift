import LinuxSystem
import TestPeers

/// An strace that kills a process as one of its threads enters a system call for the n-th time from now on.
final class SystemCallTrap {
    /// One system call of a thread; of one socket alone where it is `onSocket`.
    struct Place: Sendable, CustomStringConvertible {
        let meaning: String
        let call: String
        let count: Int
        var onSocket = false

        var description: String { "\(meaning): \(call) \(count)" }
    }

    private let directory: ScratchDirectory
    private let tracer: RealProcess
    private var outputPath: String { directory.path + "/calls" }

    /// Attaches to the thread of that name; the trap is set when this returns. `port` is where its socket leads, where the
    /// place is of one.
    init(_ place: Place, thread name: String, of process: RealProcess, socketTowards port: Int = 0) throws {
        directory = try ScratchDirectory()
        let tasks = "/proc/\(process.processID)/task"
        let threads = try Files.list(tasks).filter { task in
            try Files.readText("\(tasks)/\(task)/comm").split(separator: "\n").first == Substring(name)
        }
        guard let thread = threads.first, threads.count == 1 else {
            throw PeerError("\(threads.count) threads are called \(name)")
        }
        var arguments = [
            "-o", directory.path + "/calls", "-e", "trace=\(place.call)", "-e",
            "inject=\(place.call):signal=SIGKILL:when=\(place.count)", "-p", thread,
        ]
        if place.onSocket {
            let sockets = try KernelSockets.inodes(towards: port)
            let own = try Files.list("/proc/\(process.processID)/fd").compactMap { number -> String? in
                let target = try Files.linkTarget("/proc/\(process.processID)/fd/\(number)")
                return sockets.contains { target == "socket:[\($0)]" } ? target : nil
            }
            guard let socket = own.first, own.count == 1 else { throw PeerError("\(own.count) connections to \(port)") }
            arguments += ["-P", socket]
        }
        tracer = try RealProcess("strace", arguments, log: directory.path + "/strace.log")
        let tracer = tracer
        try Condition.wait(for: "strace to attach") {
            if tracer.log.contains("attached") { return true }
            guard tracer.isRunning else { throw PeerError("strace: \(tracer.log)") }
            return false
        }
    }

    /// The last system call that the thread entered, once it is dead.
    func lastCall() throws -> String {
        _ = tracer.waitForEnd()
        let lines = try Files.readText(outputPath, byteLimit: 16 << 20).split(separator: "\n")
        guard lines.last?.contains("killed by SIGKILL") == true, let last = lines.dropLast().last else {
            throw PeerError("nothing was killed: \(lines.suffix(3))")
        }
        return String(last)
    }

    /// Whether this machine lets one process trace another; containers and hardened kernels may not.
    static let works: Bool = {
        do {
            let directory = try ScratchDirectory()
            defer { withExtendedLifetime(directory) {} }
            let traced = try RealProcess("sleep", ["60"], log: directory.path + "/sleep.log")
            let tracer = try RealProcess(
                "strace", ["-o", directory.path + "/calls", "-p", "\(traced.processID)"],
                log: directory.path + "/strace.log")
            try Condition.wait(for: "strace to attach or to end") {
                tracer.log.contains(" attached") || !tracer.isRunning
            }
            let isAttached = tracer.isRunning
            traced.kill()
            _ = tracer.waitForEnd()
            return isAttached
        } catch {
            return false
        }
    }()
}
