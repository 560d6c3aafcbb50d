internal import MetricModel

extension DeviceRecord {
    /// How many of a device's messages a snapshot names. Those taken since are in the journals behind it.
    private static let persistedKeyLimit = 256

    mutating func admitByContent(
        _ identity: MessageIdentity, _ arrival: Arrival, _ settings: DeviceIntakeSettings, wasTaken: Bool
    ) -> Admission {
        var timeline = mapped ?? MappedTimeline(windowLimit: settings.redeliveryWindow)
        mapped = nil
        defer { mapped = timeline }
        guard
            case .taken(let lag, let isLate, let isReboot) = timeline.take(
                identity, arrival: arrival, wasTaken: wasTaken)
        else {
            return .duplicate
        }
        if isLate { counts.reordered += 1 }
        if isReboot { counts.reboots += 1 }
        return .taken(lagNanoseconds: lag)
    }

    /// Takes note of a mapped message's distance from the one before. Of journals the topics are not known.
    mutating func notePace(_ identity: MessageIdentity, _ arrival: Arrival, _ settings: DeviceIntakeSettings) {
        guard identity.topicHash != 0 else { return }
        var timeline = mapped ?? MappedTimeline(windowLimit: settings.redeliveryWindow)
        mapped = nil
        if let distance = timeline.distance(identity, arrival: arrival) { interval.insert(distance) }
        mapped = timeline
    }

    /// The keys of the newest messages, 8 bytes each behind their count.
    func writeMapped(to writer: inout StateWriter) {
        let keys = mapped?.window.newest(DeviceRecord.persistedKeyLimit) ?? []
        writer.append(varying: UInt64(keys.count))
        for key in keys { writer.append(key) }
    }

    mutating func readMapped(
        from reader: inout StateReader, _ settings: DeviceIntakeSettings
    ) throws(StateError) {
        var timeline = MappedTimeline(windowLimit: settings.redeliveryWindow)
        for _ in 0..<(try reader.count(leastByteCount: 8)) {
            timeline.window.insert(try reader.number(), arrivalSeconds: nil)
        }
        mapped = timeline
    }
}
