extension SettingsSection {
    /// A section read into its own type; an absent one is read as an empty one, so that its defaults apply.
    package func section<Value: SettingsReadable>(_ key: String, as type: Value.Type = Value.self) -> Value {
        read(node(key), path: keyPath(key))
    }

    /// A section that means something by being there: nil when absent.
    package func optionalSection<Value: SettingsReadable>(
        _ key: String, as type: Value.Type = Value.self
    ) -> Value? {
        node(key).map { read($0, path: keyPath(key)) }
    }

    /// A list of sections; `defaultValue` when absent. An empty list is empty.
    package func sections<Value: SettingsReadable>(
        _ key: String, as type: Value.Type = Value.self, default defaultValue: [Value] = []
    ) -> [Value] {
        guard let elements = list(key, expected: "a list of maps") else { return defaultValue }
        return elements.enumerated().map { index, node in read(node, path: "\(keyPath(key))[\(index)]") }
    }

    /// A list of texts.
    package func stringList(_ key: String, default defaultValue: [String] = []) -> [String] {
        values(key, expected: "a text", default: defaultValue) { $0.isEmpty ? nil : $0 }
    }

    /// A list of values that have a text form.
    package func values<Value>(
        _ key: String, expected: String, default defaultValue: [Value] = [], parse: (String) -> Value?
    ) -> [Value] {
        guard let elements = list(key, expected: "a list") else { return defaultValue }
        return elements.enumerated().compactMap { index, node in
            if case .scalar(let text, _, isNull: false) = node.content, let value = parse(text) { return value }
            unexpected(node, keyPath: "\(keyPath(key))[\(index)]", expected: expected)
            return nil
        }
    }

    /// A map from names to texts, in the file's order, for example `labels`.
    package func stringMap(
        _ key: String, expectedName: String = "a name", isName: (String) -> Bool = { !$0.isEmpty }
    ) -> [(name: String, value: String)] {
        map(key, expected: "a text", expectedName: expectedName, isName: isName) { $0 }
    }

    /// A map from names to values that have a text form, in the file's order, for example `resolution`.
    package func map<Value>(
        _ key: String, expected: String, expectedName: String = "a name",
        isName: (String) -> Bool = { !$0.isEmpty }, parse: (String) -> Value?
    ) -> [(name: String, value: Value)] {
        guard let node = node(key) else { return [] }
        guard case .map(let entries) = node.content else {
            unexpected(node, keyPath: keyPath(key), expected: "a map")
            return []
        }
        return entries.compactMap { entry in
            let path = keyPath(key) + "." + entry.key
            guard isName(entry.key) else {
                context.problems.record(
                    .value, "expected \(expectedName); found \"\(entry.key)\"", keyPath: path, at: entry.keyPlace)
                return nil
            }
            if case .scalar(let text, _, isNull: false) = entry.value.content, let value = parse(text) {
                return (entry.key, value)
            }
            unexpected(entry.value, keyPath: path, expected: expected)
            return nil
        }
    }

    private func list(_ key: String, expected: String) -> [SettingsNode]? {
        guard let node = node(key) else { return nil }
        guard case .list(let elements) = node.content else {
            unexpected(
                node, keyPath: keyPath(key), expected: expected, hint: "; write \"- \" before each element")
            return nil
        }
        return elements
    }

    private func read<Value: SettingsReadable>(_ node: SettingsNode?, path: String) -> Value {
        let section = SettingsSection(node, path: path, place: place, context: context)
        let value = Value(from: section)
        section.finish()
        return value
    }
}
