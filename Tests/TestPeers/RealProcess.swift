internal import Glibc

/// A child process of a test, ended by its own id.
package final class RealProcess {
    package let name: String
    package let processID: Int32
    /// Where its standard output and error go.
    package let logPath: String
    private var status: Int32?

    /// Starts `executable` (a path, or a name looked up in PATH) with this process's environment and `environment`
    /// on top.
    package init(
        _ executable: String, _ arguments: [String], log logPath: String, environment: [String: String] = [:]
    ) throws {
        name = executable
        self.logPath = logPath
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A thread that starts it may have signals blocked, which the child must not inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = Self.variables(adding: environment).map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let result = posix_spawnp(&child, executable, &actions, &attributes, words, variables)
        guard result == 0 else { throw PeerError("cannot start \(executable): error \(result)") }
        processID = child
    }

    deinit { if status == nil { kill() } }

    private static func variables(adding more: [String: String]) -> [String] {
        var all: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if more[String(text.prefix { $0 != "=" })] == nil { all.append(text) }
            next += 1
        }
        return all + more.map { "\($0.key)=\($0.value)" }
    }

    package var isRunning: Bool {
        if status != nil { return false }
        var now: Int32 = 0
        guard waitpid(processID, &now, WNOHANG) == processID else { return true }
        status = now
        return false
    }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) { if isRunning { Glibc.kill(processID, number) } }

    /// SIGTERM, then waits for its end; answers its exit code, or minus the signal that ended it.
    @discardableResult
    package func terminate() -> Int32 {
        signal(SIGTERM)
        return waitForEnd()
    }

    /// SIGKILL, then waits for its end.
    package func kill() {
        signal(SIGKILL)
        _ = waitForEnd()
    }

    /// Waits until it has ended by itself; answers its exit code, or minus the signal that ended it.
    @discardableResult
    package func waitForEnd() -> Int32 {
        var status: Int32 = self.status ?? 0
        if self.status == nil {
            while waitpid(processID, &status, 0) == -1 && errno == EINTR {}
            self.status = status
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// Its output so far.
    package var log: String {
        do { return try readText(logPath) } catch { return "" }
    }

    /// Waits until it accepts connections on a loopback port; fails at once when it ends before.
    package func waitUntilListening(on port: Int) throws {
        try Condition.wait(for: "\(name) to listen on \(port)") {
            if LoopbackPort.isListening(port) { return true }
            if !isRunning {
                throw PeerError("\(name) ended (\(waitForEnd())) before it listened on \(port): \(log)")
            }
            return false
        }
    }
}
