internal import DeviceProtocol
package import MetricModel

extension DeviceIntake {
    /// Where a message came from, by its topic.
    private enum Source {
        case native(MessageKind, deviceID: Range<Int>)
        /// Where in the topic the device's id is, for topics of a device's own.
        case modax(ModaxStream, deviceID: Range<Int>?)
        /// The first mapping that the topic belongs to.
        case mapped(Int)

        var profile: DeviceProfile {
            switch self {
            case .native: .wayside
            case .modax: .modax
            case .mapped: .mapped
            }
        }

        /// The kind of a native message.
        var kind: MessageKind? {
            if case .native(let kind, _) = self { kind } else { nil }
        }

        /// Index into `DeviceRecord.received`.
        var topicIndex: Int {
            switch self {
            case .native(let kind, _): Int(kind.rawValue)
            case .modax(let stream, _): Int(stream.rawValue)
            case .mapped(let mapping): mapping
            }
        }
    }

    /// Takes one message; its samples go into `batch`. Whatever the outcome, the message may be acknowledged as soon
    /// as `batch` and the journal are safe, except after `.batchFull`, which changed nothing.
    package mutating func accept(
        _ message: DeviceMessage, clock: ClockReading, into batch: inout SampleBatch
    ) -> IntakeOutcome {
        guard var source = source(message.topic) else {
            ignoredMessageCount += 1
            return .ignoredTopic
        }
        do throws(MalformedMessage) {
            guard let taken = try decode(message.payload, message.topic, source) else {
                ignoredMessageCount += 1
                return .ignoredTopic
            }
            source = taken
            guard batch.limit - batch.samples.count >= decoded.readings.count, journal.count < settings.journalLimit
            else { return .batchFull }
            let id = deviceID(message.topic, source)
            let isAuthentic = try authenticate(message, deviceID: id, kind: source.kind)
            let isKnown = indexes[id] != nil
            if message.isRetained, !isKnown, !decoded.readings.isEmpty { return .retained }
            guard let index = index(of: id, profile: source.profile, heardAt: clock.bootNanoseconds) else {
                refusedDeviceMessageCount += 1
                return .deviceLimit(deviceID: id)
            }
            if isAuthentic, records[index].profile != source.profile {
                // Whoever spoke under this id before had no key. The journal names devices by their place.
                guard journal.isEmpty else { return .batchFull }
                replace(index, profile: source.profile, clock)
            }
            guard records[index].profile == source.profile else {
                throw MalformedMessage(
                    .wrongProfile, at: 0, expected: "a device of profile \(records[index].profile.name)")
            }
            countReceived(index, source)
            guard isWithinRate(index, message, clock) else {
                records[index].counts.refusedMessages += 1
                return .rateLimited(deviceID: id)
            }
            if isAuthentic, let bootID = decoded.bootID {
                records[index].noteAuthenticBoot(bootID, isRetained: message.isRetained)
            }
            return take(message, source, index, isAuthentic, clock, into: &batch)
        } catch {
            return refuse(error, message, source)
        }
    }

    /// Decodes a message and does nothing else: how many readings it has, nil where it is not understood. For measuring
    /// what decoding costs.
    package mutating func decodedReadingCount(of message: DeviceMessage) -> Int? {
        guard let source = source(message.topic) else { return nil }
        do throws(MalformedMessage) {
            guard try decode(message.payload, message.topic, source) != nil else { return nil }
            return decoded.readings.count
        } catch {
            return nil
        }
    }

    private mutating func source(_ topic: UnsafeRawBufferPointer) -> Source? {
        if settings.profiles.contains(.wayside), let native = DeviceTopic(parsing: topic) {
            return .native(native.kind, deviceID: native.deviceID)
        }
        if settings.profiles.contains(.modax), let modax = ModaxStream.parse(topic) {
            return .modax(modax.stream, deviceID: modax.deviceID)
        }
        return mapping(of: topic).map { .mapped($0) }
    }

    /// Decodes a message; where it came from, more exactly, or nil where it is not meant for us after all.
    private mutating func decode(
        _ payload: UnsafeRawBufferPointer, _ topic: UnsafeRawBufferPointer, _ source: Source
    ) throws(MalformedMessage) -> Source? {
        decoded.reset()
        switch source {
        case .native(let kind, _):
            try NativeDecoder.decode(payload, kind: kind, byteLimit: settings.payloadByteLimit, into: &decoded)
        case .modax(let stream, let range):
            try ModaxDecoder.decode(
                payload, stream: stream, deviceID: range.map { UnsafeRawBufferPointer(rebasing: topic[$0]) },
                byteLimit: settings.payloadByteLimit, into: &decoded)
        case .mapped(let first): return try decodeMapped(payload, topic, from: first).map { .mapped($0) }
        }
        return source
    }

    private func deviceID(_ topic: UnsafeRawBufferPointer, _ source: Source) -> String {
        switch source {
        case .native(_, let range), .modax(_, let range?): String(decoding: topic[range], as: UTF8.self)
        case .modax, .mapped: decoded.string(decoded.deviceID)
        }
    }

    private mutating func countReceived(_ index: Int, _ source: Source) {
        while records[index].received.count <= source.topicIndex {
            records[index].received.append(0)
            records[index].series.received.append(nil)
        }
        records[index].received[source.topicIndex] += 1
        makeReceivedSeries(index, source.topicIndex)
    }

    /// Makes the series of the messages received from a device on one of its profile's topics.
    mutating func makeReceivedSeries(_ index: Int, _ topicIndex: Int) {
        guard records[index].series.received[topicIndex] == nil else { return }
        let topic: String
        switch records[index].profile {
        case .wayside:
            guard let kind = MessageKind(rawValue: UInt8(topicIndex)) else { return }
            topic = "\(DeviceTopic.prefix)\(records[index].id)/\(kind.name)"
        case .modax:
            guard let stream = ModaxStream(rawValue: UInt8(topicIndex)) else { return }
            topic = "\(stream.topic)"
        case .mapped:
            guard topicIndex < mappings.mappings.count else { return }
            topic = mappings.mappings[topicIndex].mapping.topic.text
        }
        records[index].series.received[topicIndex] = Series(
            family: families.received, scope: scope, labelValues: [topic, records[index].id])
    }

    private mutating func take(
        _ message: DeviceMessage, _ source: Source, _ index: Int, _ isAuthentic: Bool, _ clock: ClockReading,
        into batch: inout SampleBatch
    ) -> IntakeOutcome {
        switch source {
        case .native(.birth, _): takeBirth(index, isRetained: message.isRetained, clock)
        case .native(.state, _): takeState(index)
        case .native, .modax: takeReadings(message, source, index, isAuthentic, clock, into: &batch)
        case .mapped: takeMapped(message, source, index, clock, into: &batch)
        }
    }

    private mutating func takeMapped(
        _ message: DeviceMessage, _ source: Source, _ index: Int, _ clock: ClockReading, into batch: inout SampleBatch
    ) -> IntakeOutcome {
        takeMappedStatus(index, Arrival(clock))
        // A status alone measures nothing.
        if decoded.isOffline != nil, decoded.readings.isEmpty { return .accepted(sampleCount: 0) }
        return takeReadings(message, source, index, false, clock, into: &batch)
    }

    private mutating func takeReadings(
        _ message: DeviceMessage, _ source: Source, _ index: Int, _ isAuthentic: Bool, _ clock: ClockReading,
        into batch: inout SampleBatch
    ) -> IntakeOutcome {
        guard !message.isRetained else {
            records[index].counts.retained += 1
            return .retained
        }
        let arrival = Arrival(clock)
        var identity = identity(message, source, arrival)
        identity.isAuthentic = isAuthentic
        guard
            case .taken(let lag, let isRestart) = records[index].admit(identity, arrival: arrival, settings: settings)
        else { return .duplicate }
        records[index].counts.refusedReadings = SafeSum.count(
            records[index].counts.refusedReadings, UInt64(decoded.refusedReadingCount))
        if let interval = decoded.intervalMilliseconds { records[index].declaredIntervalMilliseconds = interval }
        records[index].clockOffsetMilliseconds = clockOffset(index, arrival)
        let sampleCount = records[index].take(
            decoded, measuredBootNanoseconds: arrival.bootNanoseconds - lag,
            measuredUnixMilliseconds: arrival.unixMilliseconds - lag / 1_000_000, settings: settings, scope: scope,
            families: &readingFamilies, into: &batch)
        journal.note(
            IntakeJournal.Entry(
                device: index, identity: identity, arrival: arrival,
                newestStampUnixMilliseconds: max(
                    records[index].newestStampUnixMilliseconds, arrival.unixMilliseconds - lag / 1_000_000),
                isRestart: isRestart),
            bootID: clock.bootID)
        return .accepted(sampleCount: sampleCount)
    }

    private func identity(_ message: DeviceMessage, _ source: Source, _ arrival: Arrival) -> MessageIdentity {
        var identity = MessageIdentity(
            stream: source.profile == .mapped ? 0 : UInt8(source.topicIndex),
            uptimeMilliseconds: Int64(decoded.uptimeMilliseconds ?? 0))
        if let bootID = decoded.bootID, let sequence = decoded.sequence {
            identity.boot = MessageIdentity.Boot(bootID: bootID, sequence: sequence)
        } else if source.profile == .mapped {
            if decoded.isNamed { identity.contentKey = ContentHash.fnv64(message.topic, message.payload) }
        } else {
            identity.hash = ContentHash.fnv32(message.payload)
        }
        if source.profile == .mapped {
            identity.isUptimeKnown = decoded.uptimeMilliseconds != nil
            identity.topicHash = ContentHash.fnv32(message.topic)
            identity.hasTime = decoded.unixMilliseconds != nil
        }
        identity.declaredLagMilliseconds = declaredLag(arrival)
        identity.hasValue = decoded.readings.contains { $0.value != nil }
        return identity
    }

    /// How long ago the device measured, by its own wall clock: believed only when both clocks are synchronised, not
    /// from the future by more than clocks differ, and not older than a device is remembered. While the gateway's
    /// clock is not set, the ring will move the sample's time later, and only a time of the gateway's can be moved.
    func declaredLag(_ arrival: Arrival) -> Int64? {
        if let relative = decoded.relativeMilliseconds {
            return min(max(0, -relative), settings.forgetAfterMilliseconds)
        }
        guard decoded.isSynchronised, arrival.isSynchronised, let time = decoded.unixMilliseconds else { return nil }
        let lag = arrival.unixMilliseconds - Int64(time)
        guard lag >= -DeviceIntake.clockDifferenceMilliseconds, lag <= settings.forgetAfterMilliseconds else {
            return nil
        }
        return max(0, lag)
    }

    /// How far the device's wall clock is ahead, where it has one, by when its uptime says that it measured.
    private func clockOffset(_ index: Int, _ arrival: Arrival) -> Int64? {
        guard arrival.isSynchronised, let time = decoded.unixMilliseconds else { return nil }
        let measured = arrival.unixMilliseconds - records[index].fittedLagNanoseconds / 1_000_000
        return SafeSum.unixTime(Int64(clamping: time), -measured)
    }

    /// How far two synchronised clocks may be apart.
    private static let clockDifferenceMilliseconds: Int64 = 5_000

    private mutating func refuse(
        _ error: MalformedMessage, _ message: DeviceMessage, _ source: Source
    ) -> IntakeOutcome {
        var described = error
        described.topic = DeviceIntake.printable(message.topic)
        let id = deviceID(message.topic, source)
        guard let index = indexes[id] else {
            if let reason = MalformedReason.allCases.firstIndex(of: error.reason) { unattributed[reason] += 1 }
            return .malformed(described)
        }
        described.deviceID = id
        if records[index].profile == source.profile { countReceived(index, source) }
        records[index].count(error.reason)
        makeMalformedSeries(index)
        return .malformed(described)
    }

    /// Makes the series of the malformed messages that have been counted for a device.
    mutating func makeMalformedSeries(_ index: Int) {
        for (position, reason) in MalformedReason.allCases.enumerated()
        where records[index].counts.malformed[position] > 0 && records[index].series.malformed[position] == nil {
            records[index].series.malformed[position] = Series(
                family: families.malformed, scope: scope, labelValues: [records[index].id, reason.rawValue])
        }
    }

    private static func printable(_ topic: UnsafeRawBufferPointer) -> String {
        String(decoding: topic.prefix(128).map { $0 >= 0x20 && $0 < 0x7f ? $0 : 0x3f }, as: UTF8.self)
    }
}
