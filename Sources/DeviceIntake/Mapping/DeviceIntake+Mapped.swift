internal import MetricModel

extension DeviceIntake {
    /// Finds the levels of a topic, and the first mapping from `start` on that it belongs to.
    mutating func mapping(of topic: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard !mappings.mappings.isEmpty else { return nil }
        if start == 0 { splitTopic(topic) }
        for index in start..<mappings.mappings.count
        where mappings.mappings[index].mapping.topic.matches(topic, topicLevels) { return index }
        return nil
    }

    private mutating func splitTopic(_ topic: UnsafeRawBufferPointer) {
        topicLevels.removeAll(keepingCapacity: true)
        var start = 0
        for position in 0..<topic.count where topic[position] == 0x2f {
            topicLevels.append(start..<position)
            start = position + 1
        }
        topicLevels.append(start..<topic.count)
    }

    /// Decodes by the first mapping whose topic and conditions the message meets; its place, or nil where there is none.
    mutating func decodeMapped(
        _ payload: UnsafeRawBufferPointer, _ topic: UnsafeRawBufferPointer, from first: Int
    ) throws(MalformedMessage) -> Int? {
        var place: Int? = first
        while let index = place {
            decoded.reset()
            let isTaken = try MappedDecoder.decode(
                payload, topic: topic, levels: topicLevels, by: mappings.mappings[index],
                byteLimit: settings.payloadByteLimit, into: &decoded)
            if isTaken { return index }
            place = mapping(of: topic, from: index + 1)
        }
        return nil
    }

    /// A status is understood whether retained or not; one that was said before the newest data says nothing of now.
    mutating func takeMappedStatus(_ index: Int, _ arrival: Arrival) {
        guard let isOffline = decoded.isOffline else { return }
        if let lag = declaredLag(arrival), let newest = records[index].newestData,
            arrival.bootNanoseconds - lag * 1_000_000 < newest.bootNanoseconds
        {
            return
        }
        records[index].isDeclaredOffline = isOffline
    }
}
