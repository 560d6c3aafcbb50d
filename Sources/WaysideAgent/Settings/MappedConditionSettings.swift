internal import DeviceIntake
internal import SettingsFile

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
