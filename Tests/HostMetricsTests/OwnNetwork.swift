import Glibc
import LinuxSystem

/// A network of a test's own, with nothing in it but a loopback that is up.
enum OwnNetwork {
    static let ip = "/usr/sbin/ip"
    /// It needs CAP_SYS_ADMIN and Debian's iproute2.
    static var isPossible: Bool { geteuid() == 0 && access(ip, X_OK) == 0 && unshare != nil }

    /// Declared under _GNU_SOURCE only.
    private static var unshare: (@convention(c) (Int32) -> Int32)? {
        dlsym(nil, "unshare").map { unsafeBitCast($0, to: (@convention(c) (Int32) -> Int32).self) }
    }
    private static let newNetwork: Int32 = 0x4000_0000

    /// Runs `body` on a thread that is in the new network, as the threads and programs are that it starts.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try DedicatedThread.start(name: "own-network", stackByteCount: 4 << 20) {
                    continuation.resume(
                        with: Swift.Result {
                            guard unshare?(newNetwork) == 0 else { throw ChildProcess.Failed(what: "unshare") }
                            try link("set", "lo", "up")
                            return try body()
                        })
                }
            } catch { continuation.resume(throwing: error) }
        }
    }

    /// `ip link …`.
    static func link(_ arguments: String...) throws {
        let status = try ChildProcess.run(ip, ["link"] + arguments)
        if status != 0 { throw ChildProcess.Failed(what: "ip link \(arguments): \(status)") }
    }
}
