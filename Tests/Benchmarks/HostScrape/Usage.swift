import Glibc

/// CPU seconds that the process has used.
struct Usage {
    var user: Double
    var system: Double

    /// All there was so far.
    init() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        user = Usage.seconds(usage.ru_utime)
        system = Usage.seconds(usage.ru_stime)
    }

    func since(_ before: Usage) -> Usage {
        var part = self
        part.user -= before.user
        part.system -= before.system
        return part
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
