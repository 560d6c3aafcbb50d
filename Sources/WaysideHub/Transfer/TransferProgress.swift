internal import Daemon
internal import LinuxSystem

/// Tells a person how far an import or export has come, on standard error and every few seconds.
struct TransferProgress: Sendable {
    private let command: String
    private let isQuiet: Bool
    private let start = Clocks.monotonicNanoseconds()
    private var last = Clocks.monotonicNanoseconds()
    private static let intervalNanoseconds: Int64 = 5_000_000_000

    init(command: String, isQuiet: Bool) {
        self.command = command
        self.isQuiet = isQuiet
    }

    /// `place` is how far it has come, such as a time and a share; asked for only when it is told.
    mutating func tell(_ counts: TransferCounts, samples: Int, place: () -> String) {
        let now = Clocks.monotonicNanoseconds()
        guard !isQuiet, now - last >= Self.intervalNanoseconds else { return }
        last = now
        say("\(place()); \(counts.text); \(rate(samples, now))")
    }

    /// The last line, which is said in any case.
    func end(_ counts: TransferCounts, samples: Int, _ outcome: String) {
        say("\(outcome): \(counts.text); \(rate(samples, Clocks.monotonicNanoseconds()))")
    }

    func say(_ text: String) {
        StandardStreams.writeError(Array("wayside-hub \(command): \(text)\n".utf8))
    }

    private func rate(_ samples: Int, _ now: Int64) -> String {
        let seconds = max(Double(now - start) / 1e9, 1e-3)
        return "\(TransferCounts.number(Int(Double(samples) / seconds))) samples/s"
    }
}
