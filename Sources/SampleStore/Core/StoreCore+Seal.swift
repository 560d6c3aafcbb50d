internal import Glibc
internal import LinuxSystem
internal import MetricModel
internal import RingLog
internal import Synchronization

extension StoreCore {
    private static let seriesPerSlice = 512
    private static let retryMilliseconds: Int64 = 10_000
    private static let retentionCheckMilliseconds: Int64 = 600_000

    /// One series' part of a seal, taken out of the head.
    private struct Item: Sendable {
        let labels: [UInt8]
        let hash: UInt64
        let samples: HeadSamples
        let sealedThrough: Int64
    }

    /// The body of the thread `wayside-seal`.
    func runSeal() {
        var nextSeal = Clocks.monotonicNanoseconds() / 1_000_000 + settings.sealIntervalMilliseconds
        while true {
            let before = Clocks.monotonicNanoseconds() / 1_000_000
            let patience = min(nextSeal - before, Self.retentionCheckMilliseconds)
            guard sealRequests.wait(milliseconds: patience) else { return }
            removeExpired()
            sealIfDue(&nextSeal)
            rewriteDays {
                sealIfDue(&nextSeal)
                return !sealRequests.isEnding
            }
        }
    }

    private func sealIfDue(_ nextSeal: inout Int64) {
        let isDue = Clocks.monotonicNanoseconds() / 1_000_000 >= nextSeal
        // A log that the disk keeps from growing is full long before it has its size; what is sealed makes room in it.
        let isInTrouble = memory.withLock { !$0.statistics.logProblem.isEmpty }
        guard isDue || isInTrouble || log.withLock({ $0.fill.usedFraction }) >= settings.sealAtLogFraction else {
            return
        }
        var pause = settings.sealIntervalMilliseconds
        // The failure is counted and worded in the statistics; what is frozen stays and is tried again.
        do throws(StoreError) { try seal() } catch { pause = min(pause, Self.retryMilliseconds) }
        nextSeal = Clocks.monotonicNanoseconds() / 1_000_000 + pause
    }

    /// A day is too old by the clock and by the newest data: a clock that has run ahead deletes nothing.
    func removeExpired() {
        var problem = ""
        // One that fails does not keep the other from what it can do.
        do throws(StoreError) { try removeBeyondByteLimit() } catch { problem = "\(error)" }
        do throws(StoreError) { try removeTooOld() } catch { problem = "\(error)" }
        memory.withLock { $0.statistics.retentionProblem = problem }
    }

    private func removeTooOld() throws(StoreError) {
        let newestFile = catalog.days().last?.lastUnixMilliseconds ?? .min
        let newest = memory.withLock { max($0.head.newestUnixMilliseconds ?? .min, newestFile) }
        guard newest != .min else { return }
        let removed = try catalog.remove(before: min(now(), newest) - settings.retentionMilliseconds)
        memory.withLock { $0.statistics.removedDays += UInt64(removed) }
    }

    /// Deletes the oldest days while the directory takes more bytes than it may. The newest day stays, and with it what
    /// memory and log hold; when that alone is too much it is said in the statistics.
    private func removeBeyondByteLimit() throws(StoreError) {
        guard settings.retentionByteCount > 0 else { return }
        var excess = try byteCount() - settings.retentionByteCount
        var removed: UInt64 = 0
        for day in catalog.days().dropLast() where excess > 0 {
            excess -= try byteCount(of: day)
            try catalog.remove(day)
            removed += 1
        }
        memory.withLock { memory in
            memory.statistics.removedDaysForSpace += removed
            memory.statistics.byteCountOverLimit = max(excess, 0)
        }
    }

    /// What the log, `hub.db` and the day files take.
    private func byteCount() throws(StoreError) -> Int64 {
        do throws(SystemError) {
            var sum: Int64 = 0
            let logPath = directory + "/" + Self.logDirectory
            for name in Files.isDirectory(logPath) ? try Files.list(logPath) : [] {
                sum += try Self.size(logPath + "/" + name)
            }
            sum += try Self.size(directory + "/" + HubDatabase.fileName)
            for day in catalog.days() { sum += try sizes(day) }
            return sum
        } catch { throw .system(error) }
    }

    private func byteCount(of day: CalendarDay) throws(StoreError) -> Int64 {
        do throws(SystemError) { return try sizes(day) } catch { throw .system(error) }
    }

    private func sizes(_ day: CalendarDay) throws(SystemError) -> Int64 {
        let path = directory + "/" + day.fileName
        return try Self.size(path) + Self.size(path + "-wal")
    }

    /// 0 where there is no such file.
    private static func size(_ path: String) throws(SystemError) -> Int64 { try Files.byteCount(path) ?? 0 }

    /// Writes the active generation, or the one a failed seal left, into the day files and then lets the log go.
    ///
    /// The order is what makes a crash harmless: day files durable, then `hub.db`, then the log's cursor. What a crash
    /// leaves in both places meets its own times at the next seal.
    func seal() throws(StoreError) {
        try hub.withLock { hub throws(StoreError) in _ = try seal(hub, isForced: false) }
    }

    /// The same with the hub's lock held. With `isForced` the log goes even where its records had nothing to write.
    /// Answers how far the log went, nil where there was nothing to do.
    func seal(_ hub: HubDatabase, isForced: Bool) throws(StoreError) -> UInt64? {
        let start = Clocks.monotonicNanoseconds()
        try hub.checkIsOpen()
        guard let work = freeze(isForced: isForced) else { return nil }
        do throws(StoreError) {
            for day in frozenDays() { try sealDay(day, isRetry: work.isRetry) }
            try save(work, in: hub)
        } catch {
            memory.withLock { memory in
                memory.frozenWork?.isRetry = true
                memory.statistics.sealFailures += 1
                memory.statistics.sealProblem = "\(error)"
            }
            throw error
        }
        let milliseconds = (Clocks.monotonicNanoseconds() - start) / 1_000_000
        memory.withLock { $0.finishSeal(work, milliseconds: milliseconds, idleBefore: idleTime) }
        log.withLock { log in
            log.acknowledge(Self.destination, through: work.through)
            // Without it the next start reads records that `hub.db` says are sealed, and skips them.
            do throws(RingError) { try log.writeCursor() } catch {}
        }
        return work.through
    }

    /// Says in `hub.db` what is sealed. A damaged one, or one that has been given up, is put aside and begun anew with all
    /// that memory has of it.
    private func save(_ work: FrozenWork, in hub: HubDatabase) throws(StoreError) {
        let position = HubDatabase.Position(ring: ringName, record: work.through)
        do throws(StoreError) {
            try hub.save(
                position, requests: work.requests, families: work.families,
                identitiesPerAgent: settings.identitiesPerAgent)
        } catch {
            let isGivenUp =
                error.isUnreadable && catalog.unreadable.note(HubDatabase.fileName, "\(error)")
                || error.isUnwritable && catalog.unreadable.note(HubDatabase.fileName, "\(error)", .writing)
            guard error.isDamage || isGivenUp else { throw error }
            try hub.beginAnew()
            catalog.noteHubReplaced(because: "\(error)")
            let (requests, families) = memory.withLock { ($0.ledger.all(), Array($0.metadata.families.values)) }
            try hub.save(
                position, requests: requests, families: families, identitiesPerAgent: settings.identitiesPerAgent)
        }
    }

    private var idleTime: Int64 { now() &- settings.idleSeriesMilliseconds }

    /// Freezes what there is, or takes up what a failed seal left; nil where there is nothing to do.
    private func freeze(isForced: Bool) -> FrozenWork? {
        memory.withLock { memory in
            if let left = memory.frozenWork { return left }
            let requests = memory.ledger.unsaved()
            let families = memory.metadata.takeUnsaved()
            guard isForced || memory.head.activeSamples > 0 || !requests.isEmpty || !families.isEmpty else {
                return nil
            }
            memory.head.freeze()
            let work = FrozenWork(through: memory.appliedThrough, requests: requests, families: families)
            memory.frozenWork = work
            return work
        }
    }

    /// The days that frozen samples may be in, oldest first.
    private func frozenDays() -> [CalendarDay] {
        memory.withLock { memory in
            var days: Set<CalendarDay> = []
            for stream in memory.head.frozen where !stream.isEmpty {
                let first = CalendarDay(containing: stream.earliest)
                let last = CalendarDay(containing: stream.latest)
                for number in first.number...last.number { days.insert(CalendarDay(number: number)) }
            }
            return days.sorted()
        }
    }

    /// One day's transaction. A file that is damaged, or that nobody will ever open, is put aside and a new one begun: a
    /// seal that fails for ever would end with a full log and every sender refused. One that the disk does not give back
    /// fails the seal until it is given up; then it is a damaged one. One that takes no writes as often is replaced by a copy.
    private func sealDay(_ day: CalendarDay, isRetry: Bool) throws(StoreError) {
        do throws(StoreError) {
            try writeDay(day, isRetry: isRetry)
        } catch {
            if error.isUnreadable, catalog.unreadable.note(day.fileName, "\(error)") {
                return try sealDay(day, isRetry: isRetry)
            }
            if try isRenewed(day, after: error) { return try writeDay(day, isRetry: isRetry) }
            guard error.isDamage || isClosedToUs(day) else { throw error }
            try catalog.setAside(day, because: "\(error)")
            try writeDay(day, isRetry: isRetry)
        }
    }

    /// Whether what stands in the file's place cannot be opened for what it is or for whose it is. Want of memory, room or
    /// descriptors passes, and says nothing of the file.
    private func isClosedToUs(_ day: CalendarDay) -> Bool {
        let path = directory + "/" + day.fileName
        guard Files.exists(path) else { return false }
        do throws(SystemError) {
            _ = try FileDescriptor(opening: path, O_RDWR)
            return false
        } catch {
            return [EACCES, EPERM, EISDIR, ELOOP].contains(error.errorNumber)
        }
    }

    private func writeDay(_ day: CalendarDay, isRetry: Bool) throws(StoreError) {
        var writer: DayWriter?
        var (duplicates, conflicts) = (0, 0)
        var position = 0
        let isThere = Files.exists(directory + "/" + day.fileName)
        while true {
            let (items, next) = slice(day, from: position)
            for item in items {
                var run = SampleRun()
                item.samples.collect(from: day.firstUnixMilliseconds, through: day.lastUnixMilliseconds, into: &run)
                run.settle()
                guard let first = run.times.first, let last = run.times.last else { continue }
                if writer == nil {
                    writer = try openWriter(day)
                }
                guard let open = writer else { continue }
                if isThere, isRetry || first <= item.sealedThrough {
                    let known = try open.existing(labels: item.labels, hash: item.hash, from: first, through: last)
                    if known.count > 0 {
                        let removed = run.remove(timesOf: known)
                        duplicates += removed.duplicates
                        conflicts += removed.conflicts
                    }
                }
                try open.write(labels: item.labels, hash: item.hash, run)
            }
            guard let next else { break }
            position = next
        }
        guard let writer else { return }
        let summary = try writer.commit()
        catalog.note(day)
        if writer.isIntoFinal { catalog.close(day) }
        // The data is durable in the -wal file; folding it into the file is a convenience for whoever copies it.
        do throws(StoreError) { try writer.fold() } catch {}
        memory.withLock { memory in
            memory.statistics.sealedSamples += UInt64(summary.samples)
            if summary.isLate { memory.statistics.lateSamples += UInt64(summary.samples) }
            memory.statistics.foundSealed(duplicates: duplicates, conflicts: conflicts, isRetry: isRetry)
        }
    }

    /// A file in final form is in no journal mode that readers could be beside, so they are kept out while it changes.
    private func openWriter(_ day: CalendarDay) throws(StoreError) -> DayWriter? {
        var writer: DayWriter?
        try catalog.exclusively(day) { () throws(StoreError) in
            writer = try DayWriter(
                day: day, directory: directory, settings: settings, now: now(),
                isGivenUp: catalog.unreadable.isGivenUp(day.fileName))
        }
        return writer
    }

    /// The frozen samples of some series that have any on that day, and where to go on; nil at the end.
    private func slice(_ day: CalendarDay, from start: Int) -> ([Item], Int?) {
        memory.withLock { memory in
            var items: [Item] = []
            var number = start
            let head = memory.head
            while number < head.frozen.count, items.count < Self.seriesPerSlice {
                defer { number += 1 }
                guard head.frozen[number].overlaps(day.firstUnixMilliseconds, day.lastUnixMilliseconds) else {
                    continue
                }
                let labels = head.labels(of: number)
                items.append(
                    Item(
                        labels: labels, hash: labels.withUnsafeBytes { StableHash.hash($0) },
                        samples: head.frozenSamples(of: number), sealedThrough: head.series[number].sealedThrough))
            }
            return (items, number < head.frozen.count ? number : nil)
        }
    }
}

extension StoreCore.Memory {
    fileprivate mutating func finishSeal(_ work: StoreCore.FrozenWork, milliseconds: Int64, idleBefore: Int64) {
        head.releaseFrozen()
        head.removeIdle(before: idleBefore)
        ledger.markSaved(work.requests)
        frozenWork = nil
        statistics.seals += 1
        statistics.sealProblem = ""
        statistics.lastSealMilliseconds = milliseconds
    }
}

extension StoreStatistics {
    /// Counts what a seal found in the day files already: taken in as stored, it turns out to have been there. On a
    /// retry the copies are the failed seal's own, and count for nothing.
    fileprivate mutating func foundSealed(duplicates: Int, conflicts: Int, isRetry: Bool) {
        guard !isRetry else { return }
        self.duplicates += UInt64(duplicates)
        self.conflicts += UInt64(conflicts)
        let found = UInt64(duplicates + conflicts)
        stored -= min(stored, found)
    }
}
