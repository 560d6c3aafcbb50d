internal import Daemon
internal import Delivery
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import Relay
internal import RemoteWrite
internal import RingLog
internal import ServiceLifecycle
internal import Shipping
internal import TLSTransport

/// Everything that `relay:` names, opened: takes what the hub receives, for each of them.
final class RelayDesk: Sendable {
    let hubID: String
    let targets: [RelayTarget]
    /// Whether nothing else keeps what is received, so that its acknowledgement waits for the disk here.
    let isOnlyKeeper: Bool
    private let directory: RelayDirectory
    private let logger: Logger

    /// Nil where nothing is relayed. Throws where a directory or an address cannot be used.
    init?(_ settings: HubSettings, loops: HTTPEventLoops) throws {
        guard !settings.relay.isEmpty else { return nil }
        let logger = settings.log.logger("relay")
        self.logger = logger
        hubID = settings.identity.id
        isOnlyKeeper = settings.storage.directory == nil
        directory = try RelayDirectory(settings.relayDirectory)
        directory.warnOfOthers(than: settings.relay.map(\.name), logger)
        targets = try settings.relay.map { [directory] target in
            let buffer = try RelayBuffer(
                disk: FlashDisk(directory: directory.ringPath(target.name)),
                settings: RelayBufferSettings(byteCount: target.bufferByteCount), machineID: directory.machineID,
                newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord()),
                hear: { RelayLog.log($0, target: target.name, logger) })
            let tls = try target.receiver.tls.map { try TLSLog.context(.client($0), name: $0.name, logger: logger) }
            let client = HTTPClient(loops: loops, userAgent: "wayside-hub/\(Version.text)", tls: tls)
            return try RelayTarget(target, buffer: buffer, client: client, tls: tls)
        }
    }

    /// The services, in the order in which they start; they end in reverse.
    func services() throws -> [any Service] {
        var services: [any Service] = [RelayDirectoryService(directory: directory)]
        for target in targets {
            let buffer = target.buffer
            services.append(ClientService(target.client))
            services.append(
                try ThreadService(name: "relay-log", onStop: { buffer.close() }, body: { _ in buffer.run() }))
            services.append(RelaySender(target: target, hubID: hubID, logger: logger))
        }
        return services
    }

    /// Puts a request into every target's ring, and says what its sender is to be told. A target that is away never
    /// holds a sender up; a disk that cannot keep pace does.
    func take(_ request: RelayedRequest) async -> RelayVerdict {
        await withTaskGroup(of: (RelayOutcome, String).self) { group in
            for target in targets {
                group.addTask { (await target.buffer.take(request), target.name) }
            }
            var verdict = RelayVerdict.taken
            for await (outcome, name) in group {
                let next = RelayDesk.judge(outcome, of: name, isOnlyKeeper: isOnlyKeeper)
                // What says "too large" would say it again; so it goes before "come again".
                if case .tooLarge = verdict { continue }
                if next != .taken { verdict = next }
            }
            return verdict
        }
    }

    /// What one target's buffer has made of a request means to its sender.
    static func judge(_ outcome: RelayOutcome, of target: String, isOnlyKeeper: Bool) -> RelayVerdict {
        switch outcome {
        case .durable: .taken
        case .inMemory(let problem):
            isOnlyKeeper
                ? .comeAgain(seconds: 5, why: "the buffer of relay target \(target) takes no writes: \(problem)")
                : .taken
        case .tooLarge(let byteCount, let limit):
            isOnlyKeeper ? .tooLarge(byteCount: byteCount, byteLimit: limit) : .taken
        case .busy(let seconds):
            .comeAgain(seconds: seconds, why: "the disk of relay target \(target)'s buffer cannot keep pace")
        case .closed: .comeAgain(seconds: 1, why: "the hub ends")
        }
    }
}

/// Keeps the directory locked until everything that uses it has ended.
private struct RelayDirectoryService: Service {
    let directory: RelayDirectory

    func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: it is time to unlock all the same.
        }
        directory.unlock()
    }
}
