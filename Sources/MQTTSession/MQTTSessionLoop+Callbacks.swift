internal import CMosquitto
internal import LinuxSystem

extension MQTTSessionLoop {
    /// The loop behind a callback's context.
    ///
    /// The pointer is unretained and still safe: the loop makes the client with itself as the context, drops the
    /// client before `run` returns, and callbacks come only from within calls that the loop itself makes.
    private static func of(_ context: UnsafeMutableRawPointer?) -> MQTTSessionLoop? {
        context.map { Unmanaged<MQTTSessionLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    func installCallbacks(on client: MosquittoClient) {
        mosquitto_connect_v5_callback_set(client.handle) { _, context, code, flags, _ in
            MQTTSessionLoop.of(context)?.answered(code: code, flags: flags)
        }
        mosquitto_disconnect_v5_callback_set(client.handle) { _, context, reason, _ in
            MQTTSessionLoop.of(context)?.disconnected(reason: reason)
        }
        mosquitto_subscribe_v5_callback_set(client.handle) { _, context, packet, count, granted, _ in
            let code = count > 0 ? granted?.pointee ?? 0 : 0
            MQTTSessionLoop.of(context)?.subscribed(packet: packet, code: code)
        }
        mosquitto_message_v5_callback_set(client.handle) { _, context, message, _ in
            guard let message else { return }
            MQTTSessionLoop.of(context)?.received(message)
        }
    }

    private func answered(code: Int32, flags: Int32) {
        progress.callbackCount &+= 1
        if code == 0 {
            progress.isAccepted = true
            progress.isSessionPresent = flags & 1 == 1
        } else {
            progress.refusalCode = code
        }
    }

    private func disconnected(reason: Int32) {
        progress.callbackCount &+= 1
        // Below 128 it is the library's own error code, which its caller gets as well; from there on the broker's.
        if reason >= 128 { progress.endReason = reason }
    }

    private func subscribed(packet: Int32, code: Int32) {
        progress.callbackCount &+= 1
        guard let filter = progress.pendingFilters.removeValue(forKey: packet), code >= 128 else { return }
        session.update { $0.refusedFilters.append(filter) }
        session.report(.subscriptionRefused(filter: filter, code: code))
    }

    private func received(_ message: UnsafePointer<mosquitto_message>) {
        progress.callbackCount &+= 1
        unreportedMessageCount += 1
        guard let topic = message.pointee.topic else { return }
        let payloadCount = Int(message.pointee.payloadlen)
        guard payloadCount <= configuration.payloadByteLimit else {
            unreportedOversizeCount += 1
            session.report(.oversize(topic: String(cString: topic), byteCount: payloadCount))
            return
        }
        let now = Clocks.bootNanoseconds()
        if batch.isEmpty { firstArrivalNanoseconds = now }
        lastArrivalNanoseconds = now
        if message.pointee.qos > 0 { unacknowledgedCount += 1 }
        batch.append(
            topic: UnsafeRawBufferPointer(start: topic, count: mosquitto_text_length(topic)),
            payload: UnsafeRawBufferPointer(start: message.pointee.payload, count: payloadCount),
            qos: UInt8(clamping: message.pointee.qos), isRetained: message.pointee.retain,
            arrivalBootNanoseconds: now)
    }
}
