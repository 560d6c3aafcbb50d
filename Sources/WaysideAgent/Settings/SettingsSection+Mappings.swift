internal import DeviceIntake
internal import SettingsFile

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
