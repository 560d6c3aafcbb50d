internal import LinuxSystem

/// A settings file that is YAML, ready to be read into a type.
package struct SettingsDocument {
    private let root: SettingsNode?
    private let problems: SettingsProblemList
    private let surroundings: SettingsSurroundings
    private let directory: String
    private let limits: SettingsLimits

    /// Reads the file at `path` into a `Settings`, or reports every problem of it. Secrets' files are looked for
    /// relative to the settings file's directory.
    package static func read<Settings: SettingsReadable>(
        path: String, as type: Settings.Type, limits: SettingsLimits = SettingsLimits(),
        surroundings: SettingsSurroundings = .process
    ) throws(SettingsFailure) -> Settings {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try surroundings.readFile(path, limits.byteLimit).get()
        } catch {
            let list = SettingsProblemList(source: SettingsSource(name: path, bytes: []), limit: 1)
            list.record(.file, "cannot be read: \(error.reason)", at: .nowhere)
            throw list.failure() ?? SettingsFailure(problems: [], omittedCount: 0)
        }
        return try read(bytes: bytes, name: path, as: type, limits: limits, surroundings: surroundings)
    }

    /// Reads a text into a `Settings`. `name` is the file's name for problems, and its directory is where secrets'
    /// files are looked for. An empty text gives all defaults.
    package static func read<Settings: SettingsReadable>(
        bytes: [UInt8], name: String, as type: Settings.Type, limits: SettingsLimits = SettingsLimits(),
        surroundings: SettingsSurroundings = .process
    ) throws(SettingsFailure) -> Settings {
        // Some editors put a byte order mark first; libyaml would count it as a column.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        let problems = SettingsProblemList(
            source: SettingsSource(name: name, bytes: text), limit: limits.problemLimit)
        guard text.count <= limits.byteLimit else {
            problems.record(
                .file, "\(text.count) bytes, the limit is \(ByteSizeText.format(limits.byteLimit))", at: .nowhere)
            throw problems.failure() ?? SettingsFailure(problems: [], omittedCount: 0)
        }
        let root = YAMLTree.build(
            text, limits: limits, problems: problems, environment: surroundings.environment)
        if root == nil, let failure = problems.failure() { throw failure }
        let context = SettingsSection.Context(
            problems: problems, surroundings: surroundings, directory: Files.parent(of: name), limits: limits)
        let section = SettingsSection(root, path: "", place: .nowhere, context: context)
        let settings = Settings(from: section)
        section.finish()
        if let failure = problems.failure() { throw failure }
        return settings
    }
}
