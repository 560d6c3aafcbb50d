internal import LinuxSystem
internal import Logging
internal import RingLog
internal import Synchronization

/// The directory with a ring for each target, and the lock that keeps a second process out of it.
final class RelayDirectory: Sendable {
    let path: String
    /// What the rings are bound to: a copy of them on another machine begins anew, so that the next hub never takes one
    /// for the other.
    let machineID: RingID
    private let lock: Mutex<FileDescriptor?>

    init(_ path: String) throws {
        self.path = path
        try Files.makeDirectory(path)
        let file = try FileDescriptor(creating: path + "/lock")
        guard try file.tryLock() else { throw RelayDirectoryInUse(path: path) }
        machineID = try RingID.ofMachine(keptIn: path)
        lock = Mutex(file)
    }

    /// Lets another process, or this one with new settings, have it.
    func unlock() { lock.withLock { $0 = nil } }

    func ringPath(_ target: String) -> String { path + "/" + target }

    /// Says which rings belong to no target any more: nothing of them is sent, and nothing deletes them.
    func warnOfOthers(than targets: [String], _ logger: Logger) {
        do throws(SystemError) {
            let others = try Files.list(path).filter {
                !targets.contains($0) && Files.exists(path + "/" + $0 + "/cursor")
            }
            guard !others.isEmpty else { return }
            logger.warning(
                "buffers of targets that are no longer in relay: what is in them is not sent; delete them if nobody needs it",
                metadata: ["directory": "\(path)", "targets": "\(others.sorted().joined(separator: ", "))"])
        } catch {
            // Whoever cannot be listed was opened by name all the same.
        }
    }

}

/// Another hub has it open.
struct RelayDirectoryInUse: Error, CustomStringConvertible {
    let path: String

    var description: String {
        "\(path) is in use by another wayside-hub; see \"pgrep -a wayside-hub\", or set another hub.data_dir"
    }
}
