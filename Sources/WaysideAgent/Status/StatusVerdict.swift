internal import Daemon

/// The one line that says whether data arrives where it should.
///
/// The exit codes are those of monitoring plug-ins: 0 fine, 1 degraded, 2 failing.
enum StatusVerdict: Sendable, Hashable {
    case fine(String)
    case degraded(String)
    case failing(String)

    /// Data counts as late when the newest acknowledged sample is older than this many of the expected intervals and 30 seconds.
    private static let lateIntervals: Int64 = 3

    init(of status: AgentStatus) {
        if let buffer = status.buffer, !buffer.problem.isEmpty {
            self =
                buffer.isDegraded
                ? .degraded("flash takes no writes, a restart loses what is unsent: \(buffer.problem)")
                : .failing("the buffer: \(buffer.problem)")
            return
        }
        guard !status.destinations.isEmpty else {
            self = .fine("serving /metrics; no remote_write destination is set, so nothing is shipped")
            return
        }
        var late: [String] = []
        for destination in status.destinations {
            let allowance = StatusVerdict.lateIntervals * destination.expectedMilliseconds + 30_000
            guard let newest = destination.newestAcknowledgedUnixMilliseconds else {
                if !destination.lastError.isEmpty {
                    late.append("\(destination.url) has acknowledged nothing yet: \(destination.lastError)")
                } else if status.uptimeSeconds * 1000 > Double(allowance) {
                    late.append("\(destination.url) has acknowledged nothing yet")
                }
                continue
            }
            let age = status.unixMilliseconds - newest
            if age > allowance {
                let why = destination.lastError.isEmpty ? "" : ": " + destination.lastError
                late.append("\(destination.url) has acknowledged nothing newer than \(HumanText.age(age)) ago\(why)")
            }
        }
        if late.isEmpty {
            let newest = status.destinations.compactMap(\.newestAcknowledgedUnixMilliseconds).min()
            let text = newest.map {
                "the newest acknowledged sample was taken \(HumanText.age(status.unixMilliseconds - $0)) ago"
            }
            self = .fine(text ?? "starting; nothing was due yet")
        } else {
            self = .degraded(late.joined(separator: "; "))
        }
    }

    var exitCode: Int32 {
        switch self {
        case .fine: 0
        case .degraded: 1
        case .failing: 2
        }
    }

    var line: String {
        switch self {
        case .fine(let text): "OK    \(text)"
        case .degraded(let text): "WARN  \(text)"
        case .failing(let text): "FAIL  \(text)"
        }
    }
}
