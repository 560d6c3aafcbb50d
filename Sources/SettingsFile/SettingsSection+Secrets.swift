internal import LinuxSystem

extension SettingsSection {
    /// A secret, given in place (`password`) or as the path of a file that holds it (`password_file`), not both.
    /// White space at the end of the file is not part of it. Nil when neither is given.
    package func secret(_ key: String) -> Secret? {
        let fileKey = key + "_file"
        let inPlace = node(key)
        if let inPlace { context.problems.source.mask(inPlace.place) }
        if inPlace != nil, isGiven(fileKey) {
            problem(fileKey, "excludes \"\(key)\"; give one of the two")
            return nil
        }
        if let inPlace {
            if case .scalar(let text, _, _) = inPlace.content, !text.isEmpty { return Secret(text) }
            // Not `unexpected`, which would show what was found.
            problem(key, "expected a text that is not empty, or \"\(fileKey)\" with a file's path")
            return nil
        }
        return string(fileKey, expected: "the path of a file that holds the secret").flatMap {
            secret(inFile: $0, key: fileKey)
        }
    }

    private func secret(inFile path: String, key: String) -> Secret? {
        let fullPath = path.hasPrefix("/") ? path : context.directory + "/" + path
        do throws(SystemError) {
            var bytes = try context.surroundings.readFile(fullPath, context.limits.secretByteLimit).get()
            while let last = bytes.last, last == 32 || (9...13).contains(last) { bytes.removeLast() }
            if bytes.isEmpty {
                problem(key, "the file \(fullPath) is empty")
                return nil
            }
            return Secret(String(decoding: bytes, as: UTF8.self))
        } catch {
            problem(key, "the file \(fullPath) cannot be read: \(error.reason)")
            return nil
        }
    }
}
