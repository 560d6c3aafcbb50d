internal import MetricModel

/// All mappings of the settings.
struct CompiledMappings: Sendable {
    let mappings: [CompiledMapping]
    let metrics: [MappedMetric]

    /// Whoever made the settings has seen to it that they compile: see `DeviceMapping.problem`.
    init(_ mappings: [DeviceMapping]) {
        var metrics: [MappedMetric] = []
        var compiled: [CompiledMapping] = []
        for mapping in mappings {
            do throws(MappingError) {
                compiled.append(try CompiledMapping(mapping, metrics: &metrics))
            } catch {
                preconditionFailure("a mapping of \(mapping.topic.text) that was not checked: \(error)")
            }
        }
        self.mappings = compiled
        self.metrics = metrics
    }

    /// The metrics' families, by their numbers.
    func families() -> [MetricFamily] {
        metrics.map { metric in
            MetricFamily(
                metric.name, metric.type, help: "What devices report, by a mapping of this agent's settings.",
                unit: metric.unit, labels: ["device_id", metric.channelLabel])
        }
    }
}

extension DeviceMapping {
    /// What keeps these mappings from being used together, and the place of the one it is about; nil where nothing does.
    package static func problem(_ mappings: [DeviceMapping]) -> (mapping: Int, text: String)? {
        if mappings.count > MappingLimits.mappingLimit {
            return (MappingLimits.mappingLimit, "\(mappings.count) mappings, at most \(MappingLimits.mappingLimit)")
        }
        var metrics: [MappedMetric] = []
        for (index, mapping) in mappings.enumerated() {
            for reading in mapping.readings {
                if let same = metrics.first(where: { $0.name == reading.metric.name }), same != reading.metric {
                    let text =
                        "\(same.name) is a \(same.type.name) with the label \(same.channelLabel) in one place and a "
                        + "\(reading.metric.type.name) with \(reading.metric.channelLabel) in another"
                    return (index, text)
                }
                metrics.append(reading.metric)
            }
            do throws(MappingError) {
                var numbered: [MappedMetric] = []
                _ = try CompiledMapping(mapping, metrics: &numbered)
            } catch {
                return (index, error.description)
            }
        }
        return nil
    }
}
