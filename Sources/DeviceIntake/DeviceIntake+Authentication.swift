internal import DeviceProtocol

extension DeviceIntake {
    /// Refuses what a device with a key cannot have sent: a message without a right MAC, and one of a boot that is over
    /// and forgotten. Returns whether the message is authentic; false where the device has no key and needs none.
    func authenticate(
        _ message: DeviceMessage, deviceID: String, kind: MessageKind?
    ) throws(MalformedMessage) -> Bool {
        guard let keys = settings.keys[deviceID] else {
            guard !settings.isCodeRequired else {
                throw MalformedMessage(
                    .unauthenticated, at: message.payload.count,
                    expected: "a device that has a key in devices.keys_file")
            }
            return false
        }
        guard let received = decoded.received, let kind else {
            throw MalformedMessage(
                .unauthenticated, at: message.payload.count, expected: "a message of the native protocol with a MAC")
        }
        guard received.authenticatedByteCount > 0 else {
            throw MalformedMessage(.unauthenticated, at: message.payload.count, expected: "a MAC")
        }
        guard keys.contains(where: { isAuthentic(received, message, $0) }) else {
            throw MalformedMessage(
                .unauthenticated, at: received.authenticatedByteCount,
                expected: "the MAC of this topic and payload by key \(received.keyID)")
        }
        try checkReplay(received, kind, message, deviceID: deviceID)
        return true
    }

    private func isAuthentic(_ received: ReceivedMessage, _ message: DeviceMessage, _ key: DeviceKey) -> Bool {
        guard key.id == received.keyID else { return false }
        return key.bytes.withUnsafeBytes { bytes in
            MessageKey(id: key.id, bytes: bytes)?
                .isAuthentic(received, payload: message.payload, topic: message.topic) ?? false
        }
    }

    /// Boot ids of a device with a key rise. A message of an older boot than the newest is late if that boot is
    /// remembered, and its sequence number says whether it has come before; births and states have none, so theirs must
    /// be of the newest boot, and births newer than the last.
    private func checkReplay(
        _ received: ReceivedMessage, _ kind: MessageKind, _ message: DeviceMessage, deviceID: String
    ) throws(MalformedMessage) {
        guard let index = indexes[deviceID], let newest = records[index].newestAuthenticBootID else { return }
        guard let bootID = received.bootID else {
            throw MalformedMessage(.unauthenticated, at: message.payload.count, expected: "a boot_id in every message")
        }
        if bootID >= newest {
            guard kind == .birth, !message.isRetained, let last = records[index].lastBirth, last.bootID == bootID,
                let uptime = received.uptimeMilliseconds, uptime < last.uptimeMilliseconds
            else { return }
            throw MalformedMessage(
                .unauthenticated, at: message.payload.count,
                expected: "a birth after \(last.uptimeMilliseconds) ms of boot \(bootID)")
        }
        if kind == .telemetry || kind == .event, records[index].remembers(bootID) { return }
        // What the broker has kept of an older boot is passed over anyway, and nobody's fault.
        if message.isRetained, kind == .birth { return }
        throw MalformedMessage(
            .unauthenticated, at: message.payload.count,
            expected: "a boot_id of at least \(newest): boot \(bootID) is over")
    }
}
