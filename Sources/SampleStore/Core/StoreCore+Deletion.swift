internal import LabelMatching
internal import LinuxSystem
internal import RingLog
internal import Synchronization

/// Deletion, as DELETION.md has it.
extension StoreCore {
    /// What is done of an order, for tests that stop there.
    enum DeletionStep: Hashable {
        case sealed
        case ordered(CalendarDay)
        case forgotten
    }

    /// Gives the order to every day that has such samples. One that cannot take it does not keep the others from it; the
    /// first one's error is thrown in the end.
    func delete(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64,
        afterStep: (DeletionStep) throws(StoreError) -> Void = { _ throws(StoreError) in }
    ) throws(StoreError) {
        guard from <= through, !matcherSets.isEmpty else { return }
        precondition(
            matcherSets.count <= DayDeletions.orderLimit
                && matcherSets.allSatisfy { !$0.isEmpty && $0.count <= DayDeletions.matcherLimit },
            "whoever takes an order from outside bounds it")
        do throws(StoreError) {
            try deleting.withLock { _ throws(StoreError) in
                makeRoom(for: matcherSets.count, from, through)
                try hub.withLock { hub throws(StoreError) in
                    try sealEverything(hub)
                    try afterStep(.sealed)
                    try order(matcherSets, from...through, afterStep)
                    try memory.withLock { memory throws(StoreError) in
                        memory.exemplars.remove(matcherSets, from: from, through: through)
                        try memory.head.removeEmpty(matcherSets)
                        memory.statistics.deletions += 1
                    }
                    try afterStep(.forgotten)
                }
            }
        } catch {
            memory.withLock { $0.statistics.deletionFailures += 1 }
            throw error
        }
        // Days that are over are cleaned by the thread that seals.
        sealRequests.request()
    }

    /// Seals until the log has nothing that is not in the day files, and makes that durable in the log as well as in
    /// `hub.db`: neither alone may bring deleted samples back. What a failed seal left goes alone, so once may not do.
    private func sealEverything(_ hub: HubDatabase) throws(StoreError) {
        let target = memory.withLock { $0.appliedThrough }
        var through: UInt64?
        repeat { through = try seal(hub, isForced: true) } while (through ?? target) < target
        try log.withLock { log throws(StoreError) in
            do throws(RingError) {
                try log.writeCursor()
            } catch { throw .log(path: directory + "/" + Self.logDirectory, reason: error.description) }
        }
    }

    /// Cleans files that have no room for so many orders more. Where that fails the order is refused.
    private func makeRoom(for count: Int, _ from: Int64, _ through: Int64) {
        for day in catalog.days(from: from, through: through) {
            do throws(StoreError) {
                let waiting = try catalog.read(day) { contents throws(StoreError) in contents.deletions.orders.count }
                guard let waiting, waiting + count > DayDeletions.orderLimit else { continue }
                try rewriteFinally(day)
            } catch {
                // It is counted and worded in the statistics.
            }
        }
    }

    private func order(
        _ matcherSets: [[LabelMatcher]], _ times: ClosedRange<Int64>,
        _ afterStep: (DeletionStep) throws(StoreError) -> Void
    ) throws(StoreError) {
        var firstError: StoreError?
        for day in catalog.days(from: times.lowerBound, through: times.upperBound) {
            do throws(StoreError) {
                if try order(matcherSets, times, of: day) { try afterStep(.ordered(day)) }
            } catch {
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }

    /// One day's transaction; false where the day has no such samples.
    private func order(
        _ matcherSets: [[LabelMatcher]], _ times: ClosedRange<Int64>, of day: CalendarDay
    ) throws(StoreError) -> Bool {
        let path = directory + "/" + day.fileName
        let concerned = try readForDeletion(day) { contents throws(StoreError) -> [[LabelMatcher]] in
            var concerned: [[LabelMatcher]] = []
            for matchers in matcherSets {
                let isConcerned = try contents.hasSamples(
                    matchers, from: times.lowerBound, through: times.upperBound)
                if isConcerned { concerned.append(matchers) }
            }
            guard contents.deletions.orders.count + concerned.count <= DayDeletions.orderLimit else {
                throw .tooManyDeletions(path: path, limit: DayDeletions.orderLimit)
            }
            return concerned
        }
        guard let concerned, !concerned.isEmpty else { return false }
        do throws(StoreError) {
            try write(concerned, times, to: day)
        } catch {
            guard try isRenewed(day, after: error) else { throw error }
            try write(concerned, times, to: day)
        }
        // It may be in its final form, and is to be rewritten all the same.
        catalog.note(day)
        return true
    }

    private func write(
        _ concerned: [[LabelMatcher]], _ times: ClosedRange<Int64>, to day: CalendarDay
    ) throws(StoreError) {
        try catalog.exclusively(day) { () throws(StoreError) in
            let database = try Database(directory + "/" + day.fileName, .readWrite)
            try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
            let isFinal = try DaySchema.check(database)
            let prefix = try DaySchema.sealPrefix(database, isFinal: isFinal, day: day)
            let seal = try prefix.map { prefix throws(StoreError) in
                try database.integer("SELECT max(seal) FROM \(prefix)seals") ?? 0
            }
            try DayDeletions.append(concerned, times, throughSeal: seal ?? 0, now: now(), to: database)
            try database.execute("COMMIT")
            // It is durable in the -wal file; folding that in is a convenience for whoever copies the file.
            do throws(StoreError) { _ = try database.foldJournal() } catch {}
        }
    }

    /// Reads a day, and throws where it is there and cannot be read: what a query may leave out an order must not.
    private func readForDeletion<Result: Sendable>(
        _ day: CalendarDay, _ body: (DayContents) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        var failure: StoreError?
        let result = try catalog.read(day) { contents throws(StoreError) -> Result? in
            do throws(StoreError) { return try body(contents) } catch {
                // The catalog takes an error for damage.
                guard !error.isDamage else { throw error }
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        if let result { return result }
        let path = directory + "/" + day.fileName
        guard Files.exists(path) else { return nil }
        throw .database(path: path, code: 0, reason: "it cannot be read, so nothing in it can be deleted")
    }

    /// Brings every day that has orders into its final form, which has nothing of what they cover, the present day too.
    /// A day that cannot be rewritten does not keep the others from it; the first one's error is thrown in the end.
    func cleanDeletions() throws(StoreError) {
        var firstError: StoreError?
        for day in catalog.days() {
            do throws(StoreError) {
                let hasDeletions = try readForDeletion(day) { contents throws(StoreError) in
                    !contents.deletions.isEmpty
                }
                if hasDeletions == true { try rewriteFinally(day) }
            } catch {
                if sealRequests.isEnding { throw error }
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }
}
