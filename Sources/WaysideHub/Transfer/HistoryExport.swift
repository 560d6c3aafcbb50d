internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import SampleStore

/// `wayside-hub store export`: out of a running hub by the socket in its directory, else out of the files.
package struct HistoryExport: Sendable {
    private let storage: StorageSettings
    private let directory: String
    private let range: TransferRange
    private let isQuiet: Bool
    private static let command = "store export"
    /// The list of a family's series may be long, and this machine's hub is trusted with it.
    private static let socketLimits = HTTPClientLimits(totalTimeout: .seconds(600), replyByteLimit: 256 << 20)

    package init(_ storage: StorageSettings, in directory: String, _ range: TransferRange, isQuiet: Bool) {
        self.storage = storage
        self.directory = directory
        self.range = range
        self.isQuiet = isQuiet
    }

    /// Writes OpenMetrics text to the file, or to standard output for `-`.
    package func write(to path: String) async throws {
        try await withSource { source in
            let file = try OutputFile(path)
            var export = TextExport(
                source, sets: range.sets, from: range.from ?? TransferRange.earliest,
                through: range.through ?? TransferRange.latest, progress: progress
            ) { bytes throws(HistoryFailure) in try await file.write(bytes) }
            do {
                try await export.run()
            } catch {
                export.end("not finished")
                throw TransferFailure(
                    "\(path == "-" ? "" : "\(path) is not whole: ")\(error)"
                        + (export.place.isEmpty ? "" : ", at the family \(export.place)"))
            }
            export.end("written")
        }
    }

    /// Remote-writes to the peer, the oldest samples first.
    package func send(to peer: TransferPeer) async throws {
        let sender = try peer.sender()
        try await withSource { source in
            let now = Clocks.unixMilliseconds()
            var transfer = SliceTransfer(
                source, sets: range.sets, from: range.from ?? now - storage.retention.milliseconds - 86_400_000,
                through: range.through ?? now + 600_000, sender: sender, progress: progress)
            do throws(HistoryFailure) { try await transfer.run() } catch {
                transfer.end("not finished")
                throw TransferFailure(
                    "\(error); go on with --start \(UTCTime(unixMilliseconds: transfer.reached).text)")
            }
            transfer.end("sent")
            if transfer.sender.counts.refusedCount > 0 {
                throw TransferFailure("\(peer.url.prefix { $0 != "?" }) did not take everything")
            }
        }
    }

    private var progress: TransferProgress { TransferProgress(command: Self.command, isQuiet: isQuiet) }

    private func withSource(_ use: (any HistorySource) async throws -> Void) async throws {
        let socket = StoreOrders.socketPath(in: directory)
        if Files.exists(socket) {
            let loops = HTTPEventLoops()
            let client = HTTPClient(
                loops: loops, userAgent: "wayside-hub-store/\(Version.text)", limits: Self.socketLimits)
            let history = RemoteHistory(client: client, place: .socket(socket), authorization: .none, headers: [])
            var (isRunning, failure) = (true, nil as (any Error)?)
            do throws(HistoryFailure) { _ = try await history.retentionMilliseconds() } catch {
                // The socket of a hub that ended without a word; the directory's lock says whether one runs.
                isRunning = false
            }
            if isRunning { do { try await use(history) } catch { failure = error } }
            await client.shutdown()
            await loops.shutdown()
            if let failure { throw failure }
            if isRunning { return }
        }
        guard Files.isDirectory(directory) else { throw TransferFailure("there is no directory \(directory)") }
        let store = try Hub.openStore(storage, in: directory)
        defer { store.close() }
        try await use(StoreHistory(store: store))
    }
}

/// Where the text goes, closed when nobody writes any more.
private final class OutputFile {
    private let file: FileDescriptor

    /// `-` is standard output.
    init(_ path: String) throws(TransferFailure) {
        do throws(SystemError) {
            if path == "-" {
                file = FileDescriptor(adopting: 1, path: "standard output")
            } else {
                file = try FileDescriptor(creating: path)
            }
        } catch { throw TransferFailure("\(error)") }
    }

    /// A pipe that can be written to takes as much without waiting (PIPE_BUF).
    private static let pieceByteCount = 4096

    func write(_ bytes: [UInt8]) async throws(HistoryFailure) {
        var start = 0
        while start < bytes.count {
            // A pipe may be full for as long as nobody reads; the task that hears of signals must get its turn meanwhile.
            while try !isWritable() {
                await Task.yield()
                if Task.isCancelled { throw .interrupted }
            }
            let end = min(start + Self.pieceByteCount, bytes.count)
            let result: Result<Void, SystemError> = bytes.withUnsafeBytes { raw in
                do throws(SystemError) {
                    return .success(try file.write(UnsafeRawBufferPointer(rebasing: raw[start..<end])))
                } catch { return .failure(error) }
            }
            do throws(SystemError) { try result.get() } catch { throw .refused("\(error)") }
            start = end
        }
    }

    private func isWritable() throws(HistoryFailure) -> Bool {
        var interests = [Poll.Interest(file.number, readable: false, writable: true)]
        do throws(SystemError) { return try Poll.wait(&interests, timeoutMilliseconds: 100) > 0 } catch {
            throw .refused("\(error)")
        }
    }
}
