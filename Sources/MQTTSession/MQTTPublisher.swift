internal import CMosquitto
package import LinuxSystem

/// A client that publishes and counts what the broker has acknowledged, as a device does.
///
/// It has no thread: one thread makes it, publishes, and calls `serve` for as many publishers as it likes. What is
/// published at QoS 1 is sent again after a reconnect until the broker acknowledges it.
package final class MQTTPublisher {
    /// What became of a message.
    package struct Outcome: Hashable {
        /// What `publish` answered.
        package let packet: Int32
        /// QoS 1: PUBACK without an error. QoS 0: written to the socket.
        package let isAccepted: Bool
    }

    package private(set) var configuration: MQTTPublisherConfiguration
    /// Between CONNACK and the connection's end.
    package private(set) var isConnected = false
    /// Accepted connections so far.
    package private(set) var connectCount = 0
    /// Messages handed over whose outcome is not known yet.
    package private(set) var pendingCount = 0
    /// Why the last connection, or attempt at one, ended.
    package private(set) var lastError: MQTTError?

    /// Kept over reconnects, because the library keeps the unacknowledged messages in it.
    private var client: MosquittoClient?
    /// From the start of a connect until it or its connection fails.
    private var isOpen = false
    /// QoS 0 messages that the socket has not taken yet; they go when the connection goes.
    private var unsentPackets: Set<Int32> = []
    private var outcomes: [Outcome] = []
    private var backoff: MQTTBackoff
    private var random: SplitMix64
    private var nextAttemptNanoseconds: Int64 = 0
    private var answerDeadlineNanoseconds: Int64 = 0
    private var isClosing = false
    private var refusalCode: Int32?
    private var callbackCount = 0

    package init(configuration: MQTTPublisherConfiguration, randomSeed: UInt64) {
        self.configuration = configuration
        random = SplitMix64(seed: randomSeed)
        backoff = MQTTBackoff(
            firstMilliseconds: configuration.firstDelayMilliseconds,
            longestMilliseconds: configuration.longestDelayMilliseconds)
    }

    /// Queues a message and answers the number by which its outcome will be told. Throws `notConnected` before
    /// CONNACK, `queueFull` at the limit, and what the library refuses.
    package func publish(
        topic: String, payload: UnsafeRawBufferPointer, qos: Int, isRetained: Bool = false
    ) throws(MQTTError) -> Int32 {
        guard let client, isConnected else { throw .notConnected }
        guard pendingCount < configuration.pendingLimit else { throw .queueFull(limit: configuration.pendingLimit) }
        var packet: Int32 = 0
        try client.check(
            "publish to \(topic)",
            mosquitto_publish_v5(
                client.handle, &packet, topic, Int32(payload.count), payload.baseAddress, Int32(qos), isRetained, nil))
        pendingCount += 1
        if qos == 0 { unsentPackets.insert(packet) }
        return packet
    }

    /// The outcomes since the last call.
    package func takeOutcomes() -> [Outcome] {
        defer { outcomes.removeAll(keepingCapacity: true) }
        return outcomes
    }

    /// Says goodbye, so that the broker sends no will, and connects no more.
    package func close() {
        isClosing = true
        if let client, isConnected {
            do throws(MQTTError) {
                try client.disconnect()
                try client.write()
            } catch { lastError = error }
        }
        disconnected()
        client = nil
    }

    /// Ends the connection without a goodbye, as a device does that loses its power: its will is published, and
    /// its unacknowledged messages are gone. It connects again at the next `serve`, with `nextWill`.
    package func crash(nextWill: MQTTPublisherConfiguration.Will? = nil) {
        disconnected()
        configuration.will = nextWill
        client = nil
        pendingCount = 0
        outcomes = []
        nextAttemptNanoseconds = 0
    }

    private func disconnected() {
        isConnected = false
        isOpen = false
        for packet in unsentPackets { outcomes.append(Outcome(packet: packet, isAccepted: false)) }
        pendingCount -= unsentPackets.count
        unsentPackets = []
    }

    // MARK: - The loop

    /// Waits until a publisher has something to do, the descriptor `wakeup` is readable or the time is over, and
    /// lets all of them do it. Connects those that are not. Answers whether `wakeup` is readable.
    package static func serve(
        _ publishers: [MQTTPublisher], wakeup: Int32, timeoutMilliseconds: Int
    ) throws(SystemError) -> Bool {
        let now = Clocks.monotonicNanoseconds()
        var timeout = Int64(timeoutMilliseconds)
        var interests = [Poll.Interest(wakeup, readable: true)]
        interests.reserveCapacity(publishers.count + 1)
        for publisher in publishers {
            publisher.connectIfDue(now: now)
            timeout = min(timeout, publisher.millisecondsToNextStep(now: now))
            let client = publisher.isOpen ? publisher.client : nil
            interests.append(
                Poll.Interest(client?.socket ?? -1, readable: true, writable: client?.wantsWrite ?? false))
        }
        try Poll.wait(&interests, timeoutMilliseconds: Int32(clamping: timeout))
        for (index, publisher) in publishers.enumerated() {
            publisher.step(isReady: interests[index + 1].isReady)
        }
        return interests[0].isReady
    }

    private func millisecondsToNextStep(now: Int64) -> Int64 {
        if isClosing { return Int64.max }
        if !isOpen { return max(0, (nextAttemptNanoseconds - now + 999_999) / 1_000_000) }
        return 1000
    }

    private func connectIfDue(now: Int64) {
        guard !isOpen, !isClosing, now >= nextAttemptNanoseconds else { return }
        do throws(MQTTError) {
            try connect(now: now)
        } catch { failed(error) }
    }

    private func connect(now: Int64) throws(MQTTError) {
        let address = try configuration.broker.addresses()[0]
        let client: MosquittoClient
        if let kept = self.client { client = kept } else { client = try makeClient() }
        self.client = client
        refusalCode = nil
        answerDeadlineNanoseconds = now + Int64(configuration.answerTimeoutSeconds) * 1_000_000_000
        try client.connect(
            address: address, port: configuration.broker.port, keepAliveSeconds: configuration.keepAliveSeconds,
            properties: ConnectProperties(sessionExpirySeconds: 0, receiveMaximum: 100, packetByteLimit: 1 << 20))
        isOpen = true
    }

    private func makeClient() throws(MQTTError) -> MosquittoClient {
        let client = try MosquittoClient(
            clientID: configuration.clientID, isCleanStart: true, version: configuration.version,
            broker: configuration.broker, context: Unmanaged.passUnretained(self).toOpaque())
        try setUp(client)
        return client
    }

    private func setUp(_ client: MosquittoClient) throws(MQTTError) {
        try client.check("mosquitto_int_option", mosquitto_int_option(client.handle, MOSQ_OPT_TCP_NODELAY, 1))
        if let will = configuration.will {
            try client.check(
                "mosquitto_will_set",
                mosquitto_will_set(
                    client.handle, will.topic, Int32(will.payload.count), will.payload, Int32(will.qos),
                    will.isRetained))
        }
        mosquitto_connect_v5_callback_set(client.handle) { _, context, code, _, _ in
            MQTTPublisher.of(context)?.answered(code: code)
        }
        mosquitto_publish_v5_callback_set(client.handle) { _, context, packet, reason, _ in
            MQTTPublisher.of(context)?.published(packet: packet, reason: reason)
        }
    }

    private func step(isReady: Bool) {
        guard let client, isOpen else { return }
        do throws(MQTTError) {
            while isReady {
                let before = callbackCount
                let code = client.readOnce()
                if code != MOSQ_ERR_SUCCESS.code {
                    if let refusalCode { throw client.version.refusal(refusalCode) }
                    throw .library("mosquitto_loop_read", code)
                }
                // A read without a callback has found the socket dry; see MQTTSessionLoop.
                if callbackCount == before { break }
            }
            try client.keepAlive()
            try client.write()
            if !isConnected && Clocks.monotonicNanoseconds() > answerDeadlineNanoseconds {
                throw .noAnswer(withinSeconds: configuration.answerTimeoutSeconds)
            }
        } catch { failed(error) }
    }

    private func failed(_ error: MQTTError) {
        lastError = error
        disconnected()
        nextAttemptNanoseconds = Clocks.monotonicNanoseconds() + Int64(backoff.next(using: &random)) * 1_000_000
    }

    // MARK: - Callbacks

    /// The pointer is unretained and still safe: the publisher owns the client, and callbacks come only from
    /// within calls that the publisher makes.
    private static func of(_ context: UnsafeMutableRawPointer?) -> MQTTPublisher? {
        context.map { Unmanaged<MQTTPublisher>.fromOpaque($0).takeUnretainedValue() }
    }

    private func answered(code: Int32) {
        callbackCount &+= 1
        guard code == 0 else {
            refusalCode = code
            return
        }
        isConnected = true
        connectCount += 1
        backoff.reset()
    }

    private func published(packet: Int32, reason: Int32) {
        callbackCount &+= 1
        pendingCount -= 1
        unsentPackets.remove(packet)
        outcomes.append(Outcome(packet: packet, isAccepted: reason < 128))
    }
}
