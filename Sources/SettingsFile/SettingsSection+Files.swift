internal import LinuxSystem

extension SettingsSection {
    /// The path of a file, nil when absent. A relative one is meant from the settings file's directory.
    package func filePath(_ key: String, expected: String = "the path of a file") -> String? {
        string(key, expected: expected).map { $0.hasPrefix("/") ? $0 : context.directory + "/" + $0 }
    }

    /// The path and the bytes of a file that a key names, nil when the key is absent or the file cannot be read, which
    /// is recorded. The file is read with the settings, and again with them.
    package func fileContent(
        _ key: String, expected: String = "the path of a file", byteLimit: Int
    ) -> (path: String, bytes: [UInt8])? {
        guard let path = filePath(key, expected: expected) else { return nil }
        do throws(SystemError) {
            return (path, try context.surroundings.readFile(path, byteLimit).get())
        } catch {
            problem(key, "the file \(path) cannot be read: \(error.reason)")
            return nil
        }
    }

    /// Keeps a key's value out of the excerpts that problems show.
    package func mask(_ key: String) {
        if let node = node(key) { context.problems.source.mask(node.place) }
    }
}
