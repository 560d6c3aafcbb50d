/// How fast a disk is written to at present, from its counter of bytes.
///
/// One figure is kept an hour for a day, so the rate is that of the last 24 to 25 hours: a day's work repeats on most
/// machines, and less than a day of it says little. While the agent has not watched for a day, the average since the
/// machine was started stands in for it, if that is a day ago.
struct WriteRate: Equatable {
    private struct Mark: Equatable {
        let bootNanoseconds: Int64
        let bytes: Double
    }

    private static let hour: Int64 = 3_600_000_000_000
    /// How much history a rate needs.
    static let historyNanoseconds = 24 * hour

    /// Ascending in time, an hour apart or more.
    private var marks: [Mark] = []

    /// Bytes a second, or nil while there is not enough history. `bootNanoseconds` is CLOCK_BOOTTIME, `bytes` what was
    /// written by now: since the machine was started where `countsFromBoot`, else ever.
    mutating func bytesPerSecond(
        at bootNanoseconds: Int64, writtenBytes bytes: Double, countsFromBoot: Bool
    ) -> Double? {
        // A counter that steps back is another device's, or another life of this one.
        if let last = marks.last, bytes < last.bytes || bootNanoseconds < last.bootNanoseconds { marks.removeAll() }
        if marks.last.map({ bootNanoseconds - $0.bootNanoseconds >= Self.hour }) ?? true {
            marks.append(Mark(bootNanoseconds: bootNanoseconds, bytes: bytes))
        }
        // The last mark that is a day old is the one to compare with; those before it are not needed any more.
        while marks.count > 1, bootNanoseconds - marks[1].bootNanoseconds >= Self.historyNanoseconds {
            marks.removeFirst()
        }
        guard let first = marks.first else { return nil }
        let watched = bootNanoseconds - first.bootNanoseconds
        if watched >= Self.historyNanoseconds { return (bytes - first.bytes) / (Double(watched) / 1e9) }
        guard countsFromBoot, bootNanoseconds >= Self.historyNanoseconds else { return nil }
        return bytes / (Double(bootNanoseconds) / 1e9)
    }
}
