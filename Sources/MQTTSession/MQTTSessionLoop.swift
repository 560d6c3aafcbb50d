internal import CMosquitto
internal import LinuxSystem
internal import TLSTransport

/// The thread's side of a session: one connection after the other, each read, committed, then written.
///
/// Used on the one thread that calls `run`. The order that keeps the promise is in `serve`: nothing is written
/// while the batch holds messages that are not durable, because their PUBACKs are in the library's queue.
final class MQTTSessionLoop {
    /// A connection that lived this long counts as a success for the back-off.
    private static let stableNanoseconds: Int64 = 30_000_000_000
    /// With no linger, a stream of messages is cut into batches of at most this length.
    private static let longestReadNanoseconds: Int64 = 100_000_000
    /// What a 3.1.1 broker lets be in flight unless it is set otherwise (mosquitto's max_inflight_messages).
    private static let assumedWindow = 20

    let session: MQTTSession
    let configuration: MQTTConfiguration
    var progress = MQTTConnectionProgress(startedNanoseconds: 0)
    var batch = MQTTMessageBatch()
    /// CLOCK_BOOTTIME of the batch's first and last message.
    var firstArrivalNanoseconds: Int64 = 0
    var lastArrivalNanoseconds: Int64 = 0
    /// Messages of the batch whose PUBACK is held back.
    var unacknowledgedCount = 0
    /// Messages read since the status was last brought up to date, and how many of them were refused.
    var unreportedMessageCount: UInt64 = 0
    var unreportedOversizeCount: UInt64 = 0

    private let deliver: (borrowing MQTTMessageBatch) -> MQTTAcknowledgement
    private var client: MosquittoClient?
    /// What the client's connection is secured with; it must outlive the client.
    private var security: TLSContext?
    private var choice = MQTTProtocolChoice()
    private var backoff: MQTTBackoff
    private var random: SplitMix64
    private var attempt = 0

    init(
        session: MQTTSession, randomSeed: UInt64,
        deliver: @escaping (borrowing MQTTMessageBatch) -> MQTTAcknowledgement
    ) {
        self.session = session
        self.deliver = deliver
        configuration = session.configuration
        random = SplitMix64(seed: randomSeed)
        backoff = MQTTBackoff(
            firstMilliseconds: configuration.firstDelayMilliseconds,
            longestMilliseconds: configuration.longestDelayMilliseconds)
    }

    func run() {
        while !session.isStopRequested {
            do throws(MQTTError) {
                let client = try open()
                try serve(client)
                try close(client)
            } catch {
                ended(by: explained(error))
            }
            // The batch is settled by now, so the client may go and take its unsent packets along.
            client = nil
        }
        session.update { status in
            if status.isConnected { status.sinceBootNanoseconds = Clocks.bootNanoseconds() }
            status.isConnected = false
        }
    }

    // MARK: - One connection

    private func open() throws(MQTTError) -> MosquittoClient {
        progress = MQTTConnectionProgress(startedNanoseconds: Clocks.monotonicNanoseconds())
        let address = try nextAddress()
        security = session.security?.current()
        _ = security?.takeFailure()
        let client = try MosquittoClient(
            clientID: configuration.clientID, isCleanStart: !configuration.isPersistent, version: choice.version,
            broker: configuration.broker, security: security, context: Unmanaged.passUnretained(self).toOpaque())
        self.client = client
        installCallbacks(on: client)
        progress.startedNanoseconds = Clocks.monotonicNanoseconds()
        try client.connect(
            address: address, port: configuration.broker.port, keepAliveSeconds: configuration.keepAliveSeconds,
            properties: ConnectProperties(
                sessionExpirySeconds: configuration.isPersistent ? configuration.sessionExpirySeconds : 0,
                receiveMaximum: configuration.receiveMaximum, packetByteLimit: configuration.packetByteLimit))
        return client
    }

    /// The broker's addresses in turn, asked for anew at each attempt because they may have changed.
    private func nextAddress() throws(MQTTError) -> String {
        let addresses = try configuration.broker.addresses()
        defer { attempt += 1 }
        return addresses[attempt % addresses.count]
    }

    private func serve(_ client: MosquittoClient) throws(MQTTError) {
        while !session.isStopRequested {
            let isReady = try wait(for: client)
            if isReady { try read(from: client) }
            if progress.isAccepted && !progress.isSubscribed { try subscribe(client) }
            if isCommitDue { try commit() }
            guard batch.isEmpty else { continue }
            try client.keepAlive()
            try client.write()
            try checkAnswer()
        }
    }

    /// Waits for the socket, the linger's end, the keep-alive or `stop`; answers whether the socket has something.
    private func wait(for client: MosquittoClient) throws(MQTTError) -> Bool {
        var interests = [
            Poll.Interest(session.wakeup.number, readable: true),
            Poll.Interest(client.socket, readable: true, writable: batch.isEmpty && client.wantsWrite),
        ]
        // What TLS has decrypted and nobody has read is not seen by poll.
        let hasMore = client.hasPendingBytes
        do {
            try Poll.wait(&interests, timeoutMilliseconds: hasMore ? 0 : timeoutMilliseconds)
        } catch {
            throw .library(call: error.call, code: error.errorNumber, reason: error.reason)
        }
        if interests[0].isReady { session.wakeup.clear() }
        return hasMore || interests[1].isReady || client.socket < 0
    }

    private var timeoutMilliseconds: Int32 {
        if !batch.isEmpty {
            let left = lingerNanoseconds - (Clocks.bootNanoseconds() - firstArrivalNanoseconds)
            return Int32(clamping: max(0, (left + 999_999) / 1_000_000))
        }
        if !progress.isAccepted { return 1000 }
        // PINGREQ is late by this at most, and the broker, which may have set a shorter keep-alive, grants half of it.
        return Int32(clamping: min(max(configuration.keepAliveSeconds * 250, 1000), 5000))
    }

    /// Reads packets until there are no more or the batch is full; the callbacks fill the batch.
    private func read(from client: MosquittoClient) throws(MQTTError) {
        while !isBatchFull {
            let before = progress.callbackCount
            let code = client.readOnce()
            if let reason = progress.endReason {
                throw .endedByBroker(code: reason, reason: String(cString: mosquitto_reason_string(reason)))
            }
            if code != MOSQ_ERR_SUCCESS.code {
                if let refusal = progress.refusalCode { throw client.version.refusal(refusal) }
                throw .library("mosquitto_loop_read", code)
            }
            // No packet, or one that nobody needs to see (PINGRESP), after which poll tells whether there is more.
            // errno would not do: the library sets it to EAGAIN also when the pipe that wakes its own thread is full.
            if progress.callbackCount == before && !client.hasPendingBytes { return }
        }
    }

    private func subscribe(_ client: MosquittoClient) throws(MQTTError) {
        progress.isSubscribed = true
        progress.startedNanoseconds = Clocks.monotonicNanoseconds()
        choice.accepted()
        let qos: Int32 = configuration.isPersistent ? 1 : 0
        for filter in configuration.subscriptions {
            progress.pendingFilters[try client.subscribe(filter, qos: qos)] = filter
        }
        let isPresent = progress.isSessionPresent
        session.update { status in
            status.isConnected = true
            status.sinceBootNanoseconds = Clocks.bootNanoseconds()
            status.version = client.version
            status.wasSessionPresent = isPresent
            if status.connectCount > 0 && !isPresent { status.lostSessionCount += 1 }
            status.connectCount += 1
            status.refusedFilters = []
        }
        session.report(.connected(version: client.version, isSessionPresent: isPresent))
    }

    private func checkAnswer() throws(MQTTError) {
        if progress.isAccepted { return }
        let waited = Clocks.monotonicNanoseconds() - progress.startedNanoseconds
        if waited >= Int64(configuration.answerTimeoutSeconds) * 1_000_000_000 {
            throw .noAnswer(withinSeconds: configuration.answerTimeoutSeconds)
        }
    }

    /// Settles the last batch, lets its PUBACKs out and says goodbye.
    private func close(_ client: MosquittoClient) throws(MQTTError) {
        try commit()
        guard progress.isAccepted else { return }
        try client.disconnect()
        try client.write()
    }

    // MARK: - Batches

    private var lingerNanoseconds: Int64 { Int64(configuration.lingerMilliseconds) * 1_000_000 }

    private var isBatchFull: Bool {
        // Refused messages are in no batch, and yet keep-alive and `stop` must have their turn.
        if unreportedMessageCount >= UInt64(configuration.batchMessageLimit) { return true }
        if batch.isEmpty { return false }
        let window = client?.version == .v5 ? configuration.receiveMaximum : Self.assumedWindow
        return batch.count >= configuration.batchMessageLimit || unacknowledgedCount >= window
            || batch.byteCount >= configuration.batchByteLimit
            || lastArrivalNanoseconds - firstArrivalNanoseconds >= max(lingerNanoseconds, Self.longestReadNanoseconds)
    }

    private var isCommitDue: Bool {
        if batch.isEmpty { return unreportedMessageCount > 0 }
        return lingerNanoseconds == 0 || isBatchFull
            || Clocks.bootNanoseconds() - firstArrivalNanoseconds >= lingerNanoseconds
    }

    /// Hands the batch over and brings the status up to date. Throws when the handler could not make it durable.
    private func commit() throws(MQTTError) {
        let count = batch.count
        let byteCount = batch.byteCount
        var answer = MQTTAcknowledgement.durable
        var isLate = false
        if count > 0 {
            let before = Clocks.monotonicNanoseconds()
            answer = deliver(batch)
            let took = Clocks.monotonicNanoseconds() - before
            isLate = took >= Int64(configuration.keepAliveSeconds) * 1_000_000_000
            batch.removeAll()
            unacknowledgedCount = 0
        }
        let messageCount = unreportedMessageCount
        let oversizeCount = unreportedOversizeCount
        unreportedMessageCount = 0
        unreportedOversizeCount = 0
        session.update { status in
            status.messageCount += messageCount
            status.oversizeCount += oversizeCount
            status.byteCount += UInt64(byteCount)
            if isLate { status.lateBatchCount += 1 }
            if count == 0 { return }
            if answer == .durable { status.durableBatchCount += 1 } else { status.failedBatchCount += 1 }
        }
        guard answer == .durable else { throw .notDurable(messageCount: count) }
        if count > 0 { backoff.reset() }
    }

    // MARK: - After a failure

    private func ended(by error: MQTTError) {
        // What was read before the connection broke is delivered although it cannot be acknowledged any more: the
        // broker may be gone for good, and what it still has comes again and is known as a duplicate.
        do throws(MQTTError) { try commit() } catch { session.update { $0.lastError = error.description } }
        learn(from: error)
        let delay = backoff.next(using: &random)
        session.update { status in
            if status.isConnected { status.sinceBootNanoseconds = Clocks.bootNanoseconds() }
            status.isConnected = false
            status.lastError = error.description
            status.lastErrorBootNanoseconds = Clocks.bootNanoseconds()
        }
        session.report(.disconnected(error, retryAfterMilliseconds: delay))
        client = nil
        pause(milliseconds: delay)
    }

    private func learn(from error: MQTTError) {
        if progress.isAccepted {
            choice.ended()
            let lived = Clocks.monotonicNanoseconds() - progress.startedNanoseconds
            if lived >= Self.stableNanoseconds { backoff.reset() }
            return
        }
        switch error {
        case .refused(let code, _) where code == 1 || code == Int32(MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION.rawValue):
            choice.refused()
        case .library(_, let code, _)
        where [MOSQ_ERR_CONN_LOST.code, MOSQ_ERR_PROTOCOL.code, MOSQ_ERR_MALFORMED_PACKET.code].contains(code):
            choice.closedWithoutAnswer()
        default: break
        }
    }

    /// The reason that TLS gave, where there is one: the library only says that there was an error.
    private func explained(_ error: MQTTError) -> MQTTError {
        guard let security = session.security, let failure = self.security?.takeFailure() else { return error }
        let broker = configuration.broker
        let shown = broker.host.contains(":") ? "[\(broker.host)]:\(broker.port)" : "\(broker.host):\(broker.port)"
        return .tls(security.explain(failure, peer: shown))
    }

    private func pause(milliseconds: Int) {
        let end = Clocks.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
        while !session.isStopRequested {
            let left = end - Clocks.monotonicNanoseconds()
            if left <= 0 { return }
            var interests = [Poll.Interest(session.wakeup.number, readable: true)]
            // A poll that fails here can only be out of memory; trying the broker again at once is then as good.
            guard let ready = try? Poll.wait(&interests, timeoutMilliseconds: Int32(clamping: left / 1_000_000 + 1))
            else { return }
            if ready > 0 { session.wakeup.clear() }
        }
    }
}
