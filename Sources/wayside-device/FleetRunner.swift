internal import ArgumentParser
internal import LinuxSystem
internal import MQTTSession

/// Runs the fleet on the main thread until its time, its messages or its patience is over, and prints the counts.
struct FleetRunner {
    /// How long to wait for the last acknowledgements after publishing has ended.
    private static let settleNanoseconds: Int64 = 10_000_000_000

    let settings: SimulationSettings

    func run() throws {
        let signals = try TerminationSignals()
        let log: SequenceLog?
        if let path = settings.sequenceLogPath { log = try SequenceLog(path: path) } else { log = nil }
        let start = Clocks.monotonicNanoseconds()
        var random = SplitMix64(seed: settings.seed)
        let members = try (1...settings.deviceCount).map { number in
            try FleetMember(number: number, settings: settings, log: log, seed: random.next(), now: start)
        }
        try publish(members, from: start, signals: signals.number)
        try settle(members, signals: signals.number)
        for member in members { try member.close() }
        try log?.flush()
        let elapsed = Double(Clocks.monotonicNanoseconds() - start) / 1e9
        StandardStreams.writeOutput(summary(of: members, elapsedSeconds: elapsed) + "\n")
    }

    private func publish(_ members: [FleetMember], from start: Int64, signals: Int32) throws {
        let end = settings.durationNanoseconds.map { start + $0 } ?? Int64.max
        let publishers = members.map(\.publisher)
        var nextLine = start + 1_000_000_000
        var lastAcknowledged = 0
        while true {
            let now = Clocks.monotonicNanoseconds()
            if now >= end || members.allSatisfy(\.isComplete) { return }
            var next = min(end, nextLine)
            for member in members {
                try member.step(now: now, startNanoseconds: start)
                next = min(next, member.nextNanoseconds)
            }
            let wait = max(0, next - Clocks.monotonicNanoseconds())
            let isStopped = try MQTTPublisher.serve(
                publishers, wakeup: signals, timeoutMilliseconds: Int((wait + 999_999) / 1_000_000))
            for member in members { try member.settle() }
            if isStopped { return }
            if now >= nextLine {
                nextLine += 1_000_000_000 * (1 + (now - nextLine) / 1_000_000_000)
                lastAcknowledged = report(members, seconds: (now - start) / 1_000_000_000, before: lastAcknowledged)
            }
        }
    }

    private func settle(_ members: [FleetMember], signals: Int32) throws {
        let end = Clocks.monotonicNanoseconds() + Self.settleNanoseconds
        let publishers = members.map(\.publisher)
        while Clocks.monotonicNanoseconds() < end, publishers.contains(where: { $0.pendingCount > 0 }) {
            // The signal that has ended publishing stays readable, so it is not looked at any more.
            _ = try MQTTPublisher.serve(publishers, wakeup: -1, timeoutMilliseconds: 100)
            for member in members { try member.settle() }
        }
    }

    /// Prints the line of a second and answers how many messages are acknowledged by now.
    private func report(_ members: [FleetMember], seconds: Int64, before: Int) -> Int {
        let total = total(of: members)
        if settings.isQuiet { return total.acknowledged }
        let connected = members.count { $0.publisher.isConnected }
        var line =
            "\(seconds) s  connected \(connected)/\(members.count)  published \(total.published)"
            + "  acknowledged \(total.acknowledged)  \(total.acknowledged - before)/s"
        if total.skipped > 0 { line += "  skipped \(total.skipped)" }
        if total.refused > 0 { line += "  refused \(total.refused)" }
        if connected < members.count, let error = members.compactMap(\.publisher.lastError).last {
            line += "  (\(error))"
        }
        StandardStreams.writeOutput(line + "\n")
        return total.acknowledged
    }

    private func total(of members: [FleetMember]) -> DeviceTally {
        var total = DeviceTally()
        for member in members { total += member.tally }
        return total
    }

    private func summary(of members: [FleetMember], elapsedSeconds: Double) -> String {
        let milliseconds = Int(elapsedSeconds * 1000)
        return "{\"profile\":\"\(settings.profile.rawValue)\",\"seed\":\(settings.seed),\"elapsed_ms\":\(milliseconds),"
            + total(of: members).jsonMembers + ",\"devices\":{" + members.map(\.json).joined(separator: ",") + "}}"
    }
}
