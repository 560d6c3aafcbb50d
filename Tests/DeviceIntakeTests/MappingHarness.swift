import MetricModel

@testable import DeviceIntake

/// Mappings made in code; those of settings are tested with the agent.
enum Mappings {
    static func reading(
        _ path: String, _ quantity: String, channel: String = "", unit: String = "", type: MetricType = .gauge,
        scale: Double = 1, offset: Double = 0, words: [(word: String, value: Double?)] = [],
        of topic: MappingTopic
    ) throws -> DeviceMapping.Reading {
        let path = try MappingPath(path)
        return DeviceMapping.Reading(
            path: path, metric: try require(MappedMetric(quantity: quantity, unit: unit, type: type)),
            channel: try MappingText(channel, of: topic, starCount: path.starCount), unit: unit, scale: scale,
            offset: offset, words: words)
    }

    private static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw MappingError("none") }
        return value
    }

    /// A mapping whose readings are `channel: path`, all of the quantity `q`.
    static func make(
        _ topic: String = "t/{device_id}", readings: [(channel: String, path: String)] = [("", "$.v")],
        _ change: (inout DeviceMapping) throws -> Void = { _ in }
    ) throws -> DeviceMapping {
        let topic = try MappingTopic(topic)
        let id = topic.names.first.map { "{\($0.name)}" } ?? "d"
        var mapping = DeviceMapping(topic: topic, deviceID: .text(try MappingText(id, of: topic)))
        mapping.readings = try readings.map { try reading($0.path, "q", channel: $0.channel, of: topic) }
        try change(&mapping)
        return mapping
    }

    static func gateway(_ mappings: DeviceMapping...) -> IntakeHarness { IntakeHarness { $0.mappings = mappings } }
}

extension IntakeHarness {
    /// The samples of a message as `channel=value`, in order.
    func values(_ topic: String, _ payload: String) -> [String] {
        send(topic, payload).samples.map { "\($0.series.labelValues[1])=\($0.value)" }
    }

    func reason(_ topic: String, _ payload: String) -> MalformedReason? {
        guard case .malformed(let malformed) = send(topic, payload).outcome else { return nil }
        return malformed.reason
    }
}
