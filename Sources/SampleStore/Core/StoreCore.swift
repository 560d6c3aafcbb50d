internal import Glibc
internal import LinuxSystem
internal import MetricModel
internal import RingLog
internal import Synchronization

/// The parts of a store and their locks.
///
/// Locks are taken in this order and never the other way: `deleting` (held for the whole of an order to delete and of a
/// backup), `rewriting` (held while a day is brought into its final form),
/// `hub` (held for the whole of a seal), `log` (for an append
/// and its fdatasync), `memory` (for one request, one look-up, or a slice of a seal). The catalog's and the queue's
/// locks are leaves. Two threads of their own do what blocks: `wayside-log` and `wayside-seal`.
final class StoreCore: Sendable {
    static let destination = "store"
    static let logDirectory = "log"

    /// Everything in memory that changes together.
    struct Memory {
        var head: SampleHead
        var ledger: RequestLedger
        var metadata: MetadataTable
        var exemplars: ExemplarTable
        let settings: StoreSettings
        var statistics = StoreStatistics()
        /// The last record of the log that is applied.
        var appliedThrough: UInt64 = 0
        /// When failed segments of the log were last tried again.
        var lastLogRetryNanoseconds: Int64 = 0
        /// Why days have not come into their final form, as they were tried last.
        var rewriteProblems: [CalendarDay: String] = [:]
        /// What a seal under way, or one that failed and will be tried again, has to write.
        var frozenWork: FrozenWork?

        init(_ settings: StoreSettings, sealedThrough: Int64) {
            head = SampleHead(settings: settings, sealedThrough: sealedThrough)
            ledger = RequestLedger(identitiesPerAgent: settings.identitiesPerAgent, agentLimit: settings.agentLimit)
            metadata = MetadataTable(
                limit: settings.metadataLimit, nameByteLimit: settings.metadataNameByteLimit,
                helpByteLimit: settings.helpByteLimit)
            exemplars = ExemplarTable(limit: settings.exemplarLimit, byteLimit: settings.exemplarByteLimit)
            self.settings = settings
        }
    }

    struct FrozenWork: Sendable {
        let through: UInt64
        let requests: [RequestLedger.Entry]
        let families: [SampleColumns.Family]
        /// Whether some of it may be in the day files already.
        var isRetry = false
    }

    let directory: String
    let settings: StoreSettings
    let now: @Sendable () -> Int64
    let memory: Mutex<Memory>
    let log: Mutex<RingLog<FlashDisk>>
    let hub: Mutex<HubDatabase>
    let rewriting = Mutex<Void>(())
    /// Held by an order to delete, and by a backup.
    let deleting = Mutex<Void>(())
    let catalog: DayCatalog
    let queue: CommitQueue
    let sealRequests: SealRequests
    let ringName: String
    /// Held open: its flock keeps a second process out.
    private let lockFile: Mutex<FileDescriptor?>

    init(
        directory: String, settings: StoreSettings, now: @escaping @Sendable () -> Int64,
        decode: SampleStore.Decoder
    ) throws(StoreError) {
        self.directory = directory
        self.settings = settings
        self.now = now
        lockFile = Mutex(try Self.lock(directory))
        catalog = try DayCatalog(directory: directory, settings: settings)
        queue = try CommitQueue(byteLimit: settings.backlogByteLimit)
        sealRequests = try SealRequests()
        let log = try Self.openLog(directory, settings)
        ringName = log.ringID.description
        var memory = Memory(settings, sealedThrough: Self.newestSealed(catalog))
        let (hub, content) = try Self.openHub(directory, settings, catalog)
        for entry in content.requests { memory.ledger.restore(entry) }
        for family in content.families { memory.metadata.learn(family, isSaved: true) }
        var sealed: UInt64 = 0
        if let position = content.position, position.ring == ringName { sealed = position.record }
        try Self.replay(log, from: sealed, into: &memory, decode: decode, directory: directory)
        self.memory = Mutex(memory)
        self.hub = Mutex(hub)
        self.log = Mutex(log)
    }

    /// Lets another store open the directory.
    func unlock() {
        lockFile.withLock { $0 = nil }
    }

    private static func lock(_ directory: String) throws(StoreError) -> FileDescriptor {
        do throws(SystemError) {
            try Files.makeDirectory(directory)
            let file = try FileDescriptor(opening: directory + "/lock", O_RDWR | O_CREAT)
            guard try file.tryLock() else { throw SystemError(call: "flock", path: directory, errorNumber: 0) }
            return file
        } catch {
            throw error.call == "flock" && error.errorNumber == 0 ? .locked(path: directory) : .system(error)
        }
    }

    /// Opens `hub.db` and reads all of it. One that is damaged, or that the disk does not give back as often as it is tried,
    /// is put aside and begun anew, which costs the memory of requests and the log's position: both are caught by the rule
    /// that the first sample of a time stays.
    private static func openHub(
        _ directory: String, _ settings: StoreSettings, _ catalog: DayCatalog
    ) throws(StoreError) -> (HubDatabase, HubDatabase.Content) {
        var attempts = 0
        while true {
            do throws(StoreError) {
                let hub = try HubDatabase(directory: directory)
                return (hub, try hub.content())
            } catch {
                guard error.isDamage || error.isUnreadable else { throw error }
                attempts += 1
                if error.isUnreadable, attempts < settings.readAttemptLimit {
                    Clocks.sleep(milliseconds: min(UInt32(clamping: settings.readAttemptSpacingMilliseconds), 1000))
                    continue
                }
                _ = try DamagedFile.setAside(HubDatabase.fileName, in: directory)
                catalog.noteHubReplaced(because: "\(error)")
                let hub = try HubDatabase(directory: directory)
                return (hub, try hub.content())
            }
        }
    }

    private static func openLog(
        _ directory: String, _ settings: StoreSettings
    ) throws(StoreError) -> sending RingLog<FlashDisk> {
        // The log is the store's own affair and moves with it: a restored copy on another machine must be read, so
        // no machine is named.
        let ringSettings = RingSettings(
            byteCount: Int(settings.logByteCount), segmentByteCount: settings.logSegmentByteCount,
            recordByteLimit: settings.logSegmentByteCount,
            uncommittedByteLimit: settings.backlogByteLimit + settings.logSegmentByteCount, destinationLimit: 1,
            policy: .refuse, machineID: RingID(high: 0, low: 0),
            newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord()))
        let path = directory + "/" + logDirectory
        do throws(RingError) {
            let log = try RingLog(opening: FlashDisk(directory: path), settings: ringSettings)
            try log.addDestination(destination)
            return log
        } catch { throw .log(path: path, reason: "\(error)") }
    }

    /// The newest time in the day files. Where that cannot be read everything is looked for before it is written.
    private static func newestSealed(_ catalog: DayCatalog) -> Int64 {
        guard let newest = catalog.days().last else { return .min }
        do throws(StoreError) {
            let database = try Database(catalog.directory + "/" + newest.fileName, .readWrite)
            let isFinal = try DaySchema.check(database)
            let final = isFinal ? try FinalReading(database, day: newest).lastUnixMilliseconds : nil
            var sealed: Int64?
            if let prefix = try DaySchema.sealPrefix(database, isFinal: isFinal, day: newest) {
                sealed = try database.integer("SELECT max(last_unix_ms) FROM \(prefix)seals")
            }
            return [final, sealed].compactMap { $0 }.max() ?? newest.lastUnixMilliseconds
        } catch {
            if error.isUnreadable {
                _ = catalog.unreadable.note(newest.fileName, "\(error)")
            } else {
                catalog.noteDamage(of: newest, "\(error)")
            }
            return .max
        }
    }

    /// Applies the records that are not in the day files. One that cannot be decoded is counted and left behind.
    private static func replay(
        _ log: RingLog<FlashDisk>, from sealed: UInt64, into memory: inout Memory, decode: SampleStore.Decoder,
        directory: String
    ) throws(StoreError) {
        let first = max(sealed, log.cursor(of: destination) ?? 0) + 1
        memory.appliedThrough = first - 1
        memory.statistics.replayFailures = log.recovery.damagedRecordCount
        do throws(RingError) {
            try log.read(from: first) { header, bytes in
                memory.appliedThrough = max(memory.appliedThrough, header.number)
                guard header.kind == .opaque else { return true }
                guard let request = LogRecord.decode(bytes) else {
                    memory.statistics.replayFailures += 1
                    return true
                }
                do {
                    let counts = memory.apply(request, try decode(request))
                    memory.statistics.replayedRecords += 1
                    memory.statistics.replayedSamples += UInt64(counts.stored)
                } catch {
                    memory.statistics.replayFailures += 1
                }
                return true
            }
        } catch { throw .log(path: directory + "/" + logDirectory, reason: "\(error)") }
    }
}

extension StoreCore.Memory {
    /// Applies a request that the log holds, unless it was received before. Recovery and ingest share this, so that
    /// they decide alike.
    mutating func apply(_ request: ReceivedRequest, _ columns: SampleColumns) -> IngestCounts {
        var verdict = RequestLedger.Verdict.new
        if let identity = request.identity {
            verdict = ledger.verdict(identity)
            if verdict == .repeated {
                var counts = IngestCounts()
                counts.duplicates = columns.sampleCount
                counts.exemplars = columns.exemplars.count
                counts.isRepeatedRequest = true
                return counts
            }
            ledger.remember(identity)
        }
        let sayings = metadata.learn(columns.families)
        var newSayings: [Int] = []
        let bounds = SampleBounds(
            oldest: request.receivedUnixMilliseconds &- settings.retentionMilliseconds,
            newest: request.receivedUnixMilliseconds &+ settings.aheadLimitMilliseconds)
        var counts = head.apply(
            columns, sender: request.sender, bounds, sayings: sayings, newSayings: &newSayings)
        metadata.learn(newSayings, of: columns)
        if !columns.exemplars.isEmpty {
            counts.exemplars = exemplars.add(columns.exemplars, bounds)
            counts.refusedExemplars = columns.exemplars.count - counts.exemplars
        }
        if !columns.startUnixMilliseconds.isEmpty {
            counts.startTimestamps = columns.startUnixMilliseconds.count { $0 != 0 }
        }
        counts.isConflictingRequest = verdict == .conflicting
        return counts
    }
}
