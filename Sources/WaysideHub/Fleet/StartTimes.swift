/// When something was started, as it was said at different times: `node_boot_time_seconds` of a host,
/// `process_start_time_seconds` of a process.
struct StartTimes {
    private var steps: [(unixMilliseconds: Int64, value: Double)] = []
    /// The kernel works the boot time out anew each time and may be a second off.
    private static let toleranceSeconds = 2.0

    /// What was said at a time; times ascend.
    mutating func note(_ time: Int64, _ value: Double) {
        if let last = steps.last, abs(last.value - value) <= Self.toleranceSeconds { return }
        steps.append((time, value))
    }

    /// Whether what was said first in the range or right after it differs from what was said before: whether there was
    /// a start in between.
    func changed(after from: Int64, through: Int64) -> Bool {
        let isKnownBefore = steps.first.map { $0.unixMilliseconds <= from } ?? false
        return isKnownBefore && steps.contains { $0.unixMilliseconds > from && $0.unixMilliseconds <= through }
    }
}
