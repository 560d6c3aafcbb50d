internal import DeviceIntake
internal import MetricModel
internal import SettingsFile

/// One entry of a mapping's `readings`.
struct MappedReadingSettings: SettingsReadable {
    private enum Kind: String, CaseIterable {
        case gauge
        case counter
    }

    private let section: SettingsSection
    private let path: MappingPath?
    private let channel: String
    private let metric: MappedMetric?
    private let unit: String
    private let scale: Double
    private let offset: Double
    private let words: [(word: String, value: Double?)]

    init(from section: SettingsSection) {
        self.section = section
        path = section.path("path")
        channel = section.string("channel", default: "")
        unit =
            section.value("unit", expected: "a unit's symbol of at most 16 bytes, such as kW or Cel") {
                $0.utf8.count <= 16 && $0.utf8.allSatisfy { $0 > 0x20 } ? $0 : nil
            } ?? ""
        let largest = 1e18
        scale = section.number("scale", default: 1, range: -largest...largest)
        offset = section.number("offset", default: 0, range: -largest...largest)
        let mapped: [(name: String, value: Double?)] = section.map(
            "map", expected: "a number, or none for no reading"
        ) { text in
            if text == "none" { return .some(nil) }
            guard let number = Double(text), number.isFinite else { return nil }
            return .some(number)
        }
        words = mapped.map { (word: $0.name, value: $0.value) }
        if words.count > MappingLimits.wordLimit {
            section.problem("map", "\(words.count) words, at most \(MappingLimits.wordLimit)")
        }
        let type = section.choice("type", default: Kind.gauge)
        metric = MappedReadingSettings.metric(section, unit: unit, type: type == .counter ? .counter : .gauge)
    }

    private static func metric(_ section: SettingsSection, unit: String, type: MetricType) -> MappedMetric? {
        let label = section.value(
            "channel_label", expected: "the name of a label other than device_id, instance and job"
        ) { MappedMetric.isChannelLabel($0) ? $0 : nil }
        let quantity = section.value(
            "quantity", expected: "lower-case letters, digits and _, such as motor_current"
        ) { MappedMetric(quantity: $0, unit: unit, type: type, channelLabel: label) }
        let named = section.parsed("metric") { (text) throws(MappingError) in
            try MappedMetric(name: text, type: type, channelLabel: label)
        }
        if section.isGiven("quantity") == section.isGiven("metric") {
            section.problem("quantity", "give either \"quantity\", from which a name is made, or \"metric\"")
        }
        return quantity ?? named
    }

    /// Nil where the section has a problem.
    func reading(_ topic: MappingTopic, isText: Bool) -> DeviceMapping.Reading? {
        if !isText && !section.isGiven("path") {
            section.problem("path", "required; expected a path such as $.temperature")
        }
        let path = path ?? .root
        guard let metric, let channel = channel(of: topic, path) else { return nil }
        return DeviceMapping.Reading(
            path: path, metric: metric, channel: channel, unit: unit, scale: scale, offset: offset, words: words)
    }

    private func channel(of topic: MappingTopic, _ path: MappingPath) -> MappingText? {
        do throws(MappingError) {
            let text = try MappingText(channel, of: topic, starCount: path.starCount)
            if !text.namesStars(path.starCount) {
                section.problem(
                    "channel",
                    "expected {1}\(path.starCount > 1 ? " to {\(path.starCount)}" : "") in it, which the * of the path "
                        + "stand for; else its values could not be told apart")
            }
            return text
        } catch {
            section.problem("channel", "\(error)")
            return nil
        }
    }
}
