extension SettingsSection {
    /// The path of a file, nil when absent. A relative one is meant from the settings file's directory.
    package func filePath(_ key: String, expected: String = "the path of a file") -> String? {
        string(key, expected: expected).map { $0.hasPrefix("/") ? $0 : context.directory + "/" + $0 }
    }

    /// Keeps a key's value out of the excerpts that problems show.
    package func mask(_ key: String) {
        if let node = node(key) { context.problems.source.mask(node.place) }
    }
}
