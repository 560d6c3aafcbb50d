internal import Daemon
package import DeviceIntake
package import SettingsFile

/// One entry of `devices.mappings`: what the messages of a topic mean. config/mappings/README.md describes it.
package struct MappingSettings: SettingsReadable {
    private enum Payload: String, CaseIterable {
        case json
        case text
    }

    /// Nil where the section has a problem.
    package let mapping: DeviceMapping?
    let section: SettingsSection

    package init(from section: SettingsSection) {
        self.section = section
        let isText = section.choice("payload", default: Payload.json) == .text
        let readings = section.sections("readings", as: MappedReadingSettings.self)
        let conditions = section.sections("only", as: MappedConditionSettings.self)
        let time = section.optionalSection("time", as: MappedTimeSettings.self)
        let status = section.optionalSection("status", as: MappedStatusSettings.self)
        let uptime = section.optionalSection("uptime", as: MappedSpanSettings.self)
        let intervalFrom = section.optionalSection("interval_from", as: MappedSpanSettings.self)
        let interval = section.duration("interval", range: .milliseconds(1) ... .seconds(40 * 86400))
        let replacement: String? = section.value("replace_in_id", expected: "one of _ - . :") {
            ["_", "-", ".", ":"].contains($0) ? $0 : nil
        }
        let bootID = section.path("boot_id")
        let sequence = section.path("sequence")
        let mayBeEmpty = section.bool("allow_empty", default: false)
        _ = section.requiredString("topic", expected: "a topic such as plant/{device_id}/state")
        let deviceID = section.string("device_id", default: "{device_id}")
        guard let topic = section.parsed("topic", MappingTopic.init) else {
            mapping = nil
            return
        }
        guard let identity = MappingSettings.identity(deviceID, topic, section) else {
            mapping = nil
            return
        }
        var mapping = DeviceMapping(topic: topic, deviceID: identity)
        mapping.replacement = replacement?.utf8.first
        mapping.isText = isText
        mapping.conditions = conditions.compactMap { $0.condition(topic) }
        mapping.time = time?.time
        mapping.uptime = uptime?.span
        mapping.bootID = bootID
        mapping.sequence = sequence
        mapping.intervalMilliseconds = interval.map { UInt32(clamping: $0.milliseconds) }
        mapping.interval = intervalFrom?.span
        mapping.status = status?.status
        mapping.readings = readings.compactMap { $0.reading(topic, isText: isText) }
        mapping.mayBeEmpty = mayBeEmpty
        MappingSettings.check(mapping, section)
        self.mapping = mapping
    }

    private static func identity(
        _ text: String, _ topic: MappingTopic, _ section: SettingsSection
    ) -> DeviceMapping.Identity? {
        do throws(MappingError) {
            if text.hasPrefix("$") { return .path(try MappingPath(text)) }
            return .text(try MappingText(text, of: topic))
        } catch {
            section.problem("device_id", "\(error); a path begins with $")
            return nil
        }
    }

    /// What can be wrong with an entry as a whole.
    private static func check(_ mapping: DeviceMapping, _ section: SettingsSection) {
        if mapping.readings.count > MappingLimits.readingLimit {
            section.problem("readings", "\(mapping.readings.count) readings, at most \(MappingLimits.readingLimit)")
        }
        if mapping.conditions.count > MappingLimits.wordLimit {
            section.problem("only", "\(mapping.conditions.count) conditions, at most \(MappingLimits.wordLimit)")
        }
        if mapping.bootID != nil && mapping.sequence == nil {
            section.problem("boot_id", "means nothing without \"sequence\", which counts the messages of a boot")
        }
        if !section.isGiven("readings") && mapping.status == nil {
            section.problem("topic", "expected \"readings\", \"status\" or both beside it")
        }
        guard mapping.isText else { return }
        let others: [MappingPath?] = [
            mapping.time?.path, mapping.uptime?.path, mapping.bootID, mapping.sequence, mapping.interval?.path,
            mapping.status?.path,
        ]
        let paths = others.compactMap { $0 } + mapping.readings.map(\.path)
        if paths.contains(where: { $0 != .root }) {
            section.problem("payload", "a text is one value; paths other than $ are for JSON")
        }
    }
}
