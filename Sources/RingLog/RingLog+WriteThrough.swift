internal import LinuxSystem

extension RingLog {
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

    /// Hands to the kernel what was appended since the last time, without waiting for the disk. From then on it survives
    /// the end of this process, however that comes; a power cut it survives after the next `commit`.
    ///
    /// Answers false where the disk does not take it: then only `commit` is left, which writes it again, to another
    /// segment if it must, and says what is wrong.
    package func writeThrough() -> Bool {
        guard !isKeepingInMemory, !isCommitDue, let index = open.indices.last,
            let stored = segments.first(where: { $0.number == open[index].number })
        else { return true }
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
