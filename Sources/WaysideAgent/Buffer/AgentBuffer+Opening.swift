internal import Daemon
internal import LinuxSystem
internal import Logging
internal import RingLog
internal import SettingsFile

extension FlashBuffer {
    /// Opens the ring below the data directory, bound to this machine. Where flash cannot be had, the buffer begins in
    /// memory and the keeper goes on trying; only another agent in the directory is an error.
    static func open(_ settings: AgentSettings, gaps: GapOrigin) throws -> FlashBuffer {
        let data = settings.identity.dataDirectory
        let disk = FlashDisk(directory: data + "/buffer")
        let destinations = settings.destinations.map(\.url.text)
        let failure: SystemError
        do {
            let access = try access(data)
            return try FlashBuffer(
                disk: disk, refuge: refuge(settings), lock: access.lock, settings: settings.buffer,
                machineID: access.machineID,
                newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord()),
                destinations: destinations, gaps: gaps)
        } catch RingError.disk(let error) {
            failure = error
        } catch let error as SystemError {
            failure = error
        }
        return try FlashBuffer(
            withoutDisk: disk, failure: failure, settings: settings.buffer, destinations: destinations, gaps: gaps,
            random: Machine.randomWord, attach: { try access(data) }, refuge: { refuge(settings) })
    }

    /// Where appends survive a kill without wearing the flash; the data directory exists and is locked.
    private static func refuge(_ settings: AgentSettings) -> FlashDisk? {
        switch UnsyncedDirectory(
            setting: settings.buffer.unsyncedDirectory, dataDirectory: settings.identity.dataDirectory,
            runtimeDirectory: Machine.environment("RUNTIME_DIRECTORY"))
        {
        case .directory(let path): return FlashDisk(directory: path, filePermissions: 0o600, makesDirectory: false)
        case .off: return nil
        case .unusable(let problems):
            settings.log.logger("buffer").warning(
                "no directory on a tmpfs for what waits for a commit: it goes to flash at once, which wears it more",
                metadata: ["error": "\(problems.joined(separator: "; "))", "setting": "buffer.unsynced_directory"])
            return nil
        }
    }

    /// Makes the data directory where it is missing, and takes the buffer's lock. On a file system that is read-only
    /// the lock can be taken all the same, and what is buffered there can be shipped.
    private static func access(_ dataDirectory: String) throws -> BufferAccess {
        try Files.makeDirectory(dataDirectory)
        let directory = dataDirectory + "/buffer"
        let machine = try RingID.ofMachine(keptIn: dataDirectory)
        let lock = try openLock(directory + ".lock")
        guard try lock.tryLock() else { throw DirectoryInUse(path: directory) }
        return BufferAccess(lock: lock, machineID: machine)
    }

    private static func openLock(_ path: String) throws(SystemError) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor(creating: path)
        } catch {
            guard Files.exists(path) else { throw error }
            return try FileDescriptor(opening: path)
        }
    }

    /// Says what opening found and how long it took; damage is a warning.
    func logRecovery(_ logger: Logger, milliseconds: Int64) {
        let found = status.recovery
        if let degraded = status.degraded {
            logger.error(
                "flash cannot be used; the buffer is in memory until it can",
                metadata: ["reason": "\(degraded.rawValue)", "error": "\(status.problem)"])
            return
        }
        logger.info(
            "buffer opened",
            metadata: [
                "ring": "\(ringID)", "records": "\(found.recordCount)", "new": "\(found.isNewRing)",
                "milliseconds": "\(milliseconds)",
                "unsynced_records": "\(found.unsyncedRecords.map { $0.upperBound - $0.lowerBound + 1 } ?? 0)",
            ])
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
