internal import Daemon
internal import Exposition
internal import LinuxSystem

/// `wayside-hub import`: reads history from elsewhere and remote-writes it to a hub, so that its limits, its retention
/// and its acknowledgement hold for it as for everything else.
package struct HistoryImport: Sendable {
    private let hub: TransferPeer
    private let range: TransferRange
    private let command: String
    private let isQuiet: Bool
    private static let writePath = "/api/v1/write"
    /// What is nearer to the end of the hub's retention may pass it while it is on its way.
    private static let marginMilliseconds: Int64 = 600_000

    /// `command` is for messages.
    package init(into hub: TransferPeer, _ range: TransferRange, command: String, isQuiet: Bool) {
        self.hub = hub
        self.range = range
        self.command = command
        self.isQuiet = isQuiet
    }

    /// Reads a Prometheus or another server by remote read.
    package func read(_ peer: TransferPeer) async throws {
        let sender = try hub.sender(path: Self.writePath)
        let now = Clocks.unixMilliseconds()
        let retention = try await hubRetention()
        let oldest = now - retention
        if let from = range.from, from < oldest {
            throw TransferFailure(
                "the hub keeps samples for \(RetentionText.text(retention)): "
                    + "\(HumanText.age(oldest - from)) of this range would be refused; raise its storage.retention, or "
                    + "give --start \(UTCTime(unixMilliseconds: oldest + Self.marginMilliseconds).text)", isUsage: true)
        }
        let start = range.from ?? oldest + Self.marginMilliseconds
        if range.from == nil {
            progress.say("from \(UTCTime(unixMilliseconds: start).text), for the hub keeps samples no longer")
        }
        var transfer = SliceTransfer(
            peer.history, sets: range.sets, from: start, through: range.through ?? now + Self.marginMilliseconds,
            sender: sender, progress: progress)
        do throws(HistoryFailure) { try await transfer.run() } catch {
            transfer.end("not finished")
            throw TransferFailure("\(error); go on with --start \(UTCTime(unixMilliseconds: transfer.reached).text)")
        }
        transfer.end("imported")
        try check(transfer.sender)
    }

    /// Reads text files one after the other; `-` is standard input.
    package func read(files: [String], isOpenMetrics: Bool, fromLine: Int) async throws {
        var sender = try hub.sender(path: Self.writePath)
        let now = Clocks.unixMilliseconds()
        let oldest = now - (try await hubRetention())
        for (index, path) in files.enumerated() {
            let file = try Self.open(path)
            var byteCount: Int64 = 0
            do throws(SystemError) { byteCount = path == "-" ? 0 : try file.byteCount() } catch {
                throw TransferFailure("\(error)")
            }
            let terms = TextImport.Terms(
                name: path == "-" ? "standard input" : path, format: isOpenMetrics ? .openMetrics : .text004,
                from: range.from ?? TransferRange.earliest, through: range.through ?? TransferRange.latest,
                oldest: oldest, fromLine: index == 0 ? fromLine : 1, byteCount: byteCount, now: now)
            var work = TextImport(terms, file, sender: sender, progress: progress)
            do throws(TextImport.Failure) { try await work.run() } catch {
                work.end("not finished")
                let others = index > 0 ? ", without the \(index) files before it," : ""
                throw TransferFailure(
                    "\(error); what came before is stored: go on\(others) with --from-line \(error.lineNumber)")
            }
            sender = work.sender
            if index == files.count - 1 { work.end("imported") }
        }
        try check(sender)
    }

    private static func open(_ path: String) throws(TransferFailure) -> FileDescriptor {
        if path == "-" { return FileDescriptor(adopting: 0, path: "standard input") }
        // A FIFO that nobody writes to yet is waited for where signals are heard, not in open(2).
        do throws(SystemError) { return try FileDescriptor(openingWithoutWaiting: path) } catch {
            throw TransferFailure("\(error)")
        }
    }

    private var progress: TransferProgress { TransferProgress(command: command, isQuiet: isQuiet) }

    private func hubRetention() async throws -> Int64 {
        do throws(HistoryFailure) {
            if let retention = try await hub.history.retentionMilliseconds() { return retention }
        } catch {
            throw TransferFailure("\(error); is the hub running? name it with --url")
        }
        throw TransferFailure("\(hub.url) does not say how long it keeps samples; is it a wayside-hub?")
    }

    private func check(_ sender: TransferSender) throws(TransferFailure) {
        if sender.counts.refusedCount > 0 { throw TransferFailure("the hub did not take everything") }
    }
}
