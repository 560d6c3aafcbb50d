import Glibc

/// What became of the requests of the measured turns.
struct FleetFigures {
    private(set) var samples = 0
    private(set) var bodyByteCount = 0
    private var statuses: [Int: Int] = [:]
    /// Turns that a gateway left out because its request before had no answer yet.
    var skipped = 0
    /// Connections that the hub closed.
    var closed = 0
    private var milliseconds: [Double] = []
    private let beginProcessor = FleetFigures.processorSeconds()
    private let begin = FleetFigures.now()

    mutating func sent(_ byteCount: Int) { bodyByteCount += byteCount }

    mutating func answered(_ status: Int, nanoseconds: Int) {
        statuses[status, default: 0] += 1
        milliseconds.append(Double(nanoseconds) / 1e6)
        if status == 204 { samples += RequestTemplate.seriesCount }
    }

    /// One line of JSON.
    var line: String {
        let sorted = milliseconds.sorted()
        func percentile(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        let answers = statuses.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
        return "{\"samples\": \(samples), \"body_bytes\": \(bodyByteCount), \"statuses\": {\(answers)}, "
            + "\"skipped\": \(skipped), \"closed\": \(closed), \"p50_ms\": \(percentile(0.5)), "
            + "\"p99_ms\": \(percentile(0.99)), \"most_ms\": \(sorted.last ?? 0), "
            + "\"cpu_seconds\": \(FleetFigures.processorSeconds() - beginProcessor), "
            + "\"seconds\": \(Double(FleetFigures.now() - begin) / 1e9)}"
    }

    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
