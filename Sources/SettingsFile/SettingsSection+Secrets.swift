internal import LinuxSystem

extension SettingsSection {
    /// A secret, given in place (`password`) or as the path of a file that holds it (`password_file`), not both.
    /// White space at the end of the file is not part of it. Nil when neither is given.
    package func secret(_ key: String) -> Secret? {
        switch secretSource(key) {
        case .inPlace(let secret): secret
        case .file(let path): secret(inFile: path, key: key + "_file")
        case nil: nil
        }
    }

    /// The same, but a file is only named, not read: for who reads it again when it changes.
    package func secretSource(_ key: String) -> SecretSource? {
        let fileKey = key + "_file"
        let inPlace = node(key)
        if let inPlace { context.problems.source.mask(inPlace.place) }
        if inPlace != nil, isGiven(fileKey) {
            problem(fileKey, "excludes \"\(key)\"; give one of the two")
            return nil
        }
        if let inPlace {
            if case .scalar(let text, _, _) = inPlace.content, !text.isEmpty { return .inPlace(Secret(text)) }
            // Not `unexpected`, which would show what was found.
            problem(key, "expected a text that is not empty, or \"\(fileKey)\" with a file's path")
            return nil
        }
        return string(fileKey, expected: "the path of a file that holds the secret").map { path in
            .file(path: path.hasPrefix("/") ? path : context.directory + "/" + path)
        }
    }

    /// A map from names to values that must not be shown, in the file's order: `expected` says what a value is to be,
    /// and what is wrong with one that `read` refuses.
    package func secretMap<Value>(
        _ key: String, expectedName: String, isName: (String) -> Bool, limit: Int,
        read: (String) -> SecretReading<Value>
    ) -> [(name: String, value: Value)] {
        guard let node = node(key) else { return [] }
        guard case .map(let entries) = node.content else {
            // Whatever it is: a password may have been written where it does not belong.
            context.problems.source.mask(node.place)
            problem(key, "expected a map of names to values")
            return []
        }
        for entry in entries { context.problems.source.mask(entry.value.place) }
        guard entries.count <= limit else {
            problem(key, "\(entries.count) entries, at most \(limit)")
            return []
        }
        return entries.compactMap { entry in
            let path = keyPath(key) + "." + entry.key
            guard isName(entry.key) else {
                context.problems.record(
                    .value, "expected \(expectedName); found \"\(entry.key)\"", keyPath: path, at: entry.keyPlace)
                return nil
            }
            var reading = SecretReading<Value>.problem("expected a text")
            if case .scalar(let text, _, isNull: false) = entry.value.content { reading = read(text) }
            switch reading {
            case .value(let value): return (entry.key, value)
            case .problem(let message):
                context.problems.record(.value, message, keyPath: path, at: entry.value.place)
                return nil
            }
        }
    }

    private func secret(inFile path: String, key: String) -> Secret? {
        do throws(SystemError) {
            let bytes = try context.surroundings.readFile(path, context.limits.secretByteLimit).get()
            let secret = Secret(file: bytes)
            if secret == nil { problem(key, "the file \(path) is empty") }
            return secret
        } catch {
            problem(key, "the file \(path) cannot be read: \(error.reason)")
            return nil
        }
    }
}
