internal import MetricModel

/// A `DeviceMapping` made ready for messages. A class, so that a message costs one reference to it and no copies.
final class CompiledMapping: Sendable {
    struct Reading: Sendable {
        /// Stands for the metric where a native reading has its quantity: see `MappedMetricNumber`.
        var quantity: [UInt8]
        var channel: MappingText
        var unit: [UInt8]
        var scale: Double
        var offset: Double
        var words: [(word: [UInt8], value: Double?)]
        /// What a value of another type is told; made here so that a message costs nothing.
        var expected: String
        var hasStars: Bool
    }

    let mapping: DeviceMapping
    let tree: MappingTree
    let readings: [Reading]
    let conditionWords: [[[UInt8]]]
    let onlineWords: [[UInt8]]
    let offlineWords: [[UInt8]]

    /// `metrics` are those of all mappings, to which those that are new are added.
    init(_ mapping: DeviceMapping, metrics: inout [MappedMetric]) throws(MappingError) {
        self.mapping = mapping
        var paths: [(path: MappingPath, action: MappingTree.Action)] = []
        var readings: [Reading] = []
        for (index, reading) in mapping.readings.enumerated() {
            paths.append((reading.path, .reading(index)))
            readings.append(Reading(reading, number: CompiledMapping.number(of: reading.metric, in: &metrics)))
        }
        if case .path(let path) = mapping.deviceID { paths.append((path, .deviceID)) }
        if let time = mapping.time { paths.append((time.path, .time)) }
        if let uptime = mapping.uptime { paths.append((uptime.path, .uptime)) }
        if let path = mapping.bootID { paths.append((path, .bootID)) }
        if let path = mapping.sequence { paths.append((path, .sequence)) }
        if let interval = mapping.interval { paths.append((interval.path, .interval)) }
        if let status = mapping.status { paths.append((status.path, .status)) }
        for (index, condition) in mapping.conditions.enumerated() {
            if case .path(let path) = condition.subject { paths.append((path, .condition(index))) }
        }
        self.readings = readings
        tree = try MappingTree(paths)
        conditionWords = mapping.conditions.map { $0.words.map { Array($0.utf8) } }
        onlineWords = (mapping.status?.online ?? []).map { Array($0.utf8) }
        offlineWords = (mapping.status?.offline ?? []).map { Array($0.utf8) }
    }

    private static func number(of metric: MappedMetric, in metrics: inout [MappedMetric]) -> MappedMetricNumber {
        if let known = metrics.firstIndex(where: { $0.name == metric.name }) { return MappedMetricNumber(known) }
        metrics.append(metric)
        return MappedMetricNumber(metrics.count - 1)
    }
}

extension CompiledMapping.Reading {
    fileprivate init(_ reading: DeviceMapping.Reading, number: MappedMetricNumber) {
        quantity = Array(number.quantity.utf8)
        channel = reading.channel
        unit = Array(reading.unit.utf8)
        scale = reading.scale
        offset = reading.offset
        words = reading.words.map { (Array($0.word.utf8), $0.value) }
        hasStars = reading.path.starCount > 0
        let words = reading.words.map { "\"\($0.word)\"" }.joined(separator: ", ")
        expected = "a number\(words.isEmpty ? "" : " or one of \(words)") at \(reading.path.text)"
    }
}
