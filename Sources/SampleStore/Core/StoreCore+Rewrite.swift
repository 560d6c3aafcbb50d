internal import LinuxSystem
internal import Synchronization

extension StoreCore {
    /// Brings the days that are over into their final form, oldest first, until `pause` says that it is the end. It is
    /// called again and again, and may seal.
    ///
    /// A day that cannot be rewritten, because something in it is damaged or there is no room, stays as it is; it is
    /// tried again when something is written to it, or after the next start; one that is only in use, the next time.
    /// Another rewrite under way is not waited for: seals would have to wait as well.
    func rewriteDays(pause: () -> Bool) {
        let isOver = now() &- settings.finalGraceMilliseconds
        for day in catalog.unsettledDays(before: isOver) {
            // What memory still holds of the day comes first, with the next seal.
            let isInMemory = memory.withLock {
                $0.head.overlaps(day.firstUnixMilliseconds, day.lastUnixMilliseconds)
            }
            if isInMemory { continue }
            guard pause() else { return }
            do throws(StoreError) {
                _ = try rewriting.withLockIfAvailable { _ throws(StoreError) in
                    try rewrite(day, isForced: false, pause: pause)
                }
            } catch {
                if !error.isPassing { catalog.settle(day) }
            }
        }
    }

    /// Writes everything in memory into day files, and every day into its final form, the present one too. A day that
    /// cannot be rewritten does not keep the others from it; the first one's error is thrown in the end.
    func sealFinally() throws(StoreError) {
        try seal()
        var firstError: StoreError?
        // Those too that have failed before: whoever orders it may have mended what was in the way.
        let failed = memory.withLock { Array($0.rewriteProblems.keys) }
        for day in Set(catalog.unsettledDays(before: .max) + failed).sorted() {
            do throws(StoreError) {
                try rewriteFinally(day)
            } catch {
                if sealRequests.isEnding { throw error }
                if !error.isPassing { catalog.settle(day) }
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }

    func rewriteFinally(_ day: CalendarDay) throws(StoreError) {
        var isDone = false
        // A seal of another thread may have come between; then once more.
        while !isDone {
            isDone = try rewriting.withLock { _ throws(StoreError) in
                try rewrite(day, isForced: true, pause: { !sealRequests.isEnding })
            }
            if !isDone, sealRequests.isEnding { throw .closed }
        }
    }

    /// Writes the day's final form where it has none, or where its late rows are worth it; with `isForced` where there
    /// are any. False where it was broken off, or something was written to the day meanwhile. The lock `rewriting` is
    /// held.
    private func rewrite(_ day: CalendarDay, isForced: Bool, pause: () -> Bool) throws(StoreError) -> Bool {
        if sealRequests.isEnding { throw .closed }
        // Another thread may have cleaned it meanwhile, with nothing left, or retention may have removed it.
        guard Files.exists(directory + "/" + day.fileName) else {
            catalog.settle(day)
            memory.withLock { $0.rewriteProblems[day] = nil }
            return true
        }
        do throws(StoreError) {
            let rewrite = try DayRewrite(day: day, directory: directory, settings: settings)
            guard try rewrite.isWorthIt(isForced: isForced) else {
                catalog.settle(day)
                memory.withLock { $0.rewriteProblems[day] = nil }
                return true
            }
            guard try rewrite.write(pause: pause), try install(rewrite, as: day) else { return false }
            memory.withLock { memory in
                memory.statistics.rewrites += 1
                memory.rewriteProblems[day] = nil
            }
            return true
        } catch {
            memory.withLock { memory in
                memory.statistics.rewriteFailures += 1
                memory.rewriteProblems[day] = "\(error)"
            }
            throw error
        }
    }

    private func install(_ rewrite: DayRewrite, as day: CalendarDay) throws(StoreError) -> Bool {
        do throws(StoreError) {
            // Nothing can be written to the day while the hub's lock is held.
            return try hub.withLock { _ throws(StoreError) in
                let isDone = try catalog.replace(day) { () throws(StoreError) in try rewrite.install() }
                if isDone, rewrite.isEmptied { catalog.forget(day) }
                return isDone
            }
        } catch {
            // The first error says more than a failing removal could; the next start removes it.
            do throws(StoreError) { try rewrite.removeTemporary() } catch {}
            throw error
        }
    }
}
