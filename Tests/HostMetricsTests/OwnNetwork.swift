import Glibc
import LinuxSystem

/// A network of a test's own, with nothing in it but a loopback that is up, and with a /sys of it.
enum OwnNetwork {
    private static let program = "/usr/sbin/ip"
    /// It needs CAP_SYS_ADMIN and Debian's iproute2.
    static var isPossible: Bool { geteuid() == 0 && access(program, X_OK) == 0 && unshare != nil }

    /// Declared under _GNU_SOURCE only.
    private static var unshare: (@convention(c) (Int32) -> Int32)? {
        dlsym(nil, "unshare").map { unsafeBitCast($0, to: (@convention(c) (Int32) -> Int32).self) }
    }
    /// CLONE_NEWNET and CLONE_NEWNS.
    private static let newNetworkAndMounts: Int32 = 0x4002_0000

    /// Runs `body` on a thread that is in the new network, as the threads and programs are that it starts.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try DedicatedThread.start(name: "own-network", stackByteCount: 4 << 20) {
                    continuation.resume(
                        with: Swift.Result {
                            guard unshare?(newNetworkAndMounts) == 0 else { throw ChildProcess.Failed(what: "unshare") }
                            // What is mounted here is not to be seen outside.
                            try run("/bin/mount", ["--make-rprivate", "/"])
                            try run("/bin/mount", ["-t", "sysfs", "sysfs", "/sys"])
                            try ip("link", "set", "lo", "up")
                            return try body()
                        })
                }
            } catch { continuation.resume(throwing: error) }
        }
    }

    static func ip(_ arguments: String...) throws { try run(program, arguments) }

    /// Runs a script of the shell, which ends at its first error.
    static func shell(_ script: String) throws { try run("/bin/bash", ["-ec", script]) }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let status = try ChildProcess.run(program, arguments)
        if status != 0 { throw ChildProcess.Failed(what: "\(program) \(arguments): \(status)") }
    }
}
