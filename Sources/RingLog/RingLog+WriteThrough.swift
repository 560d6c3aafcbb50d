internal import LinuxSystem

extension RingLog {
    /// Writes to the refuge that failed.
    package var refugeFailureCount: UInt64 { refuge?.failureCount ?? 0 }

    /// Leaves nothing behind in the refuge at an orderly end, where all of it is durable.
    package func emptyRefuge() {
        if uncommittedByteCount == 0 && !isDetached { refuge?.empty() }
    }

    /// Whether `writeThrough` cannot do without `commit`: the header of a segment must be durable before its first
    /// record is written, and only the newest segment is written to.
    package var isCommitDue: Bool {
        guard !isKeepingInMemory else { return false }
        return open.contains { segment in
            !segment.pending.isEmpty
                && (!segment.hasHeader || segment.hasFailed || segment.isHomeless
                    || segment.number != open.last?.number)
        }
    }

    /// Lets what was appended since the last time survive the end of this process, however that comes; a power cut it
    /// survives after the next `commit`. It goes to the refuge, and where there is none or it takes nothing, to the
    /// segment's file, without waiting for the disk.
    ///
    /// Answers false where the disk does not take it: then only `commit` is left, which writes it again, to another
    /// segment if it must, and says what is wrong.
    package func writeThrough() -> Bool {
        guard !isKeepingInMemory, !isCommitDue, let index = open.indices.last,
            let stored = segments.first(where: { $0.number == open[index].number })
        else { return true }
        if refuge?.keep(open[index], ringID: ringID, machineID: settings.machineID) == true { return true }
        let written = open[index].writtenByteCount
        guard written < open[index].pending.count else { return true }
        do throws(SystemError) {
            try openWriter(stored.slot)
            try write(open[index].pending[written...], at: open[index].durableEnd + written)
            open[index].writtenByteCount = open[index].pending.count
            return true
        } catch {
            statistics.diskFailureCount += 1
            return false
        }
    }
}
