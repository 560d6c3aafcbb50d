/// One map of a settings file, asked key by key. A value that is absent or null is its default; one that is wrong is
/// recorded as a problem, and the default stands in for it until the whole file has been read.
package final class SettingsSection {
    struct Context {
        let problems: SettingsProblemList
        let surroundings: SettingsSurroundings
        let directory: String
        let limits: SettingsLimits
    }

    /// The section's own path from the top: `remote_write[0]`; empty at the top.
    package let path: String
    let place: SettingsPlace
    let context: Context
    private var entries: [SettingsEntry] = []
    private var knownKeys: [String] = []

    init(_ node: SettingsNode?, path: String, place: SettingsPlace, context: Context) {
        self.path = path
        self.place = node?.place ?? place
        self.context = context
        guard let node, !node.isNull else { return }
        guard case .map(let entries) = node.content else {
            context.problems.record(
                .value, "expected a map of settings; found \(node.found)", keyPath: path, at: node.place)
            return
        }
        self.entries = entries
    }

    /// The keys given in the file, in its order, whether asked for or not.
    package var givenKeys: [String] { entries.map(\.key) }

    /// Whether the key is given with a value.
    package func isGiven(_ key: String) -> Bool { node(key) != nil }

    /// Records a problem with a key's value that the accessors could not see, for example two keys that exclude each
    /// other. `message` goes after "key: ".
    package func problem(_ key: String, _ message: String) {
        let place = entries.first { $0.key == key }?.value.place ?? place
        context.problems.record(.value, message, keyPath: keyPath(key), at: place)
    }

    /// The value of a key, nil when absent or null. Asking makes the key a known one.
    func node(_ key: String) -> SettingsNode? {
        if !knownKeys.contains(key) { knownKeys.append(key) }
        guard let node = entries.first(where: { $0.key == key })?.value, !node.isNull else { return nil }
        return node
    }

    func keyPath(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    /// Records every key that was given and never asked for.
    func finish() {
        context.problems.recordKnown(knownKeys, section: path)
        for entry in entries where !knownKeys.contains(entry.key) {
            context.problems.recordUnknown(entry.key, section: path, at: entry.keyPlace)
        }
    }

    func missing(_ key: String, expected: String) {
        context.problems.record(.missing, "required; expected \(expected)", keyPath: keyPath(key), at: place)
    }

    /// Records a value that is not what it should be.
    func unexpected(_ node: SettingsNode, keyPath: String, expected: String, hint: String = "") {
        context.problems.record(
            .value, "expected \(expected); found \(node.found)\(hint)", keyPath: keyPath, at: node.place)
    }
}
