internal import LinuxSystem
internal import Logging
internal import RingLog
internal import SettingsFile

extension FlashBuffer {
    /// Opens the ring below the data directory, bound to this machine.
    static func open(_ settings: AgentSettings) throws -> FlashBuffer {
        let directory = settings.identity.dataDirectory + "/buffer"
        let machine = try machineID(settings.identity.dataDirectory)
        let lock = try FileDescriptor(creating: directory + ".lock")
        guard try lock.tryLock() else { throw DirectoryInUse(path: directory) }
        return try FlashBuffer(
            disk: FlashDisk(directory: directory), lock: lock, settings: settings.buffer, machineID: machine,
            newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord()),
            destinations: settings.destinations.map(\.url.text))
    }

    /// `/etc/machine-id`; where a system has none, an identity of our own, made once.
    private static func machineID(_ directory: String) throws(SystemError) -> RingID {
        do throws(SystemError) {
            let id = try Machine.machineID()
            return RingID(high: id.high, low: id.low)
        } catch {
            let path = directory + "/machine-id"
            if !Files.exists(path) {
                let made = RingID(high: Machine.randomWord(), low: Machine.randomWord())
                try Files.replace(path, with: Array("\(made)\n".utf8))
            }
            let id = try Machine.identifier(file: path)
            return RingID(high: id.high, low: id.low)
        }
    }

    /// Says what opening found; damage is a warning.
    func logRecovery(_ logger: Logger) {
        let found = status.recovery
        logger.info(
            "buffer opened",
            metadata: ["ring": "\(ringID)", "records": "\(found.recordCount)", "new": "\(found.isNewRing)"])
        guard found.damagedRecordCount > 0 || !found.ignored.isEmpty else { return }
        logger.warning(
            "the buffer is damaged in places; everything else of it is used",
            metadata: [
                "damaged_records": "\(found.damagedRecordCount)", "ignored_files": "\(found.ignored.count)",
                "torn_bytes": "\(found.tornByteCount)",
            ])
    }
}

/// Another agent has the buffer open.
struct DirectoryInUse: Error, CustomStringConvertible {
    let path: String

    var description: String {
        "\(path) is in use by another wayside-agent; see \"pgrep -a wayside-agent\", or set another agent.data_dir"
    }
}
