import LinuxSystem
import RingLog
import Synchronization

@testable import WaysideAgent

/// A data directory that cannot be had at first, on a file system that takes no writes, and can be from `appear` on.
final class LateDirectory: Sendable {
    private let isThere = Mutex(false)

    func appear() { isThere.withLock { $0 = true } }

    func attach() throws -> BufferAccess {
        guard isThere.withLock({ $0 }) else { throw LateDirectory.failure("mkdir") }
        return BufferAccess(lock: try FileDescriptor(opening: "/dev/null"), machineID: RingID(high: 7, low: 7))
    }

    static func failure(_ call: String) -> SystemError { SystemError(call: call, path: "/data", errorNumber: 30) }
}
