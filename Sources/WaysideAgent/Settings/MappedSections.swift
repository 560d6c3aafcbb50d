internal import DeviceIntake
internal import SettingsFile

// The small sections of a mapping.

/// `time:` when the message's values were measured.
struct MappedTimeSettings: SettingsReadable {
    let time: DeviceMapping.Time?

    init(from section: SettingsSection) {
        let path = section.requiredPath("path")
        let format = section.choice("format", default: DeviceMapping.TimeFormat.rfc3339)
        let isSynchronised = section.bool("synchronised", default: true)
        time = path.map { DeviceMapping.Time(path: $0, format: format, isSynchronised: isSynchronised) }
    }
}

/// `uptime:` and `interval_from:` a number of seconds or milliseconds.
struct MappedSpanSettings: SettingsReadable {
    private enum Unit: String, CaseIterable {
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "min"
    }

    let span: DeviceMapping.Span?

    init(from section: SettingsSection) {
        let path = section.requiredPath("path")
        let unit = section.choice("unit", default: Unit.milliseconds)
        let factor: Double =
            switch unit {
            case .milliseconds: 1
            case .seconds: 1000
            case .minutes: 60_000
            }
        span = path.map { DeviceMapping.Span(path: $0, millisecondsPerUnit: factor) }
    }
}

/// `status:` words that say whether the device is there.
struct MappedStatusSettings: SettingsReadable {
    let status: DeviceMapping.Status?

    init(from section: SettingsSection) {
        let path = section.path("path") ?? .root
        let online = section.words("online")
        let offline = section.words("offline")
        if offline.isEmpty { section.problem("offline", "required; expected a list of words such as [offline]") }
        status = DeviceMapping.Status(path: path, online: online, offline: offline)
    }
}

/// One entry of `only:`, what must hold of a message.
struct MappedConditionSettings: SettingsReadable {
    private let section: SettingsSection
    private let path: MappingPath?
    private let level: String?
    private let words: [String]
    private let isNegated: Bool

    init(from section: SettingsSection) {
        self.section = section
        path = section.path("path")
        level = section.string("level", expected: "the name of a level of the topic")
        let wanted = section.words("is")
        let unwanted = section.words("is_not")
        isNegated = section.isGiven("is_not")
        words = isNegated ? unwanted : wanted
        if section.isGiven("path") == section.isGiven("level") {
            section.problem("path", "give either \"path\" or \"level\"")
        }
        if section.isGiven("is") == section.isGiven("is_not") {
            section.problem("is", "give either \"is\" or \"is_not\", a list of words")
        }
    }

    /// Nil where the section has a problem.
    func condition(_ topic: MappingTopic) -> DeviceMapping.Condition? {
        if let path { return DeviceMapping.Condition(subject: .path(path), words: words, isNegated: isNegated) }
        guard let level else { return nil }
        do throws(MappingError) {
            let text = try MappingText("{\(level)}", of: topic)
            return DeviceMapping.Condition(subject: .text(text), words: words, isNegated: isNegated)
        } catch {
            section.problem("level", "\(error)")
            return nil
        }
    }
}

extension SettingsSection {
    /// A value that its own parser explains; nil where it is absent or wrong.
    func parsed<Value>(_ key: String, _ parse: (String) throws(MappingError) -> Value) -> Value? {
        guard let text = string(key) else { return nil }
        do throws(MappingError) {
            return try parse(text)
        } catch {
            problem(key, "\(error)")
            return nil
        }
    }

    /// A path into a payload.
    func path(_ key: String) -> MappingPath? { parsed(key) { (text) throws(MappingError) in try MappingPath(text) } }

    /// A path that must be given.
    func requiredPath(_ key: String) -> MappingPath? {
        if !isGiven(key) { problem(key, "required; expected a path such as $.time") }
        return path(key)
    }

    /// A list of words.
    func words(_ key: String) -> [String] {
        let words = values(key, expected: "a word") { $0 }
        if words.count > MappingLimits.wordLimit {
            problem(key, "\(words.count) words, at most \(MappingLimits.wordLimit)")
        }
        return words
    }
}
