/// What all sections of one reading share: the problems so far, and the keys that were asked for.
final class SettingsProblemList {
    var source: SettingsSource
    private let limit: Int
    private var problems: [SettingsProblem] = []
    private var omittedCount = 0
    private var unknownKeys: [UnknownKey] = []
    /// Section path → the keys asked for there.
    private var knownKeys: [String: [String]] = [:]

    private struct UnknownKey {
        let section: String
        let key: String
        let place: SettingsPlace
    }

    init(source: SettingsSource, limit: Int) {
        self.source = source
        self.limit = limit
    }

    func record(
        _ kind: SettingsProblem.Kind, _ message: String, keyPath: String = "", at place: SettingsPlace,
        closestKey: String? = nil
    ) {
        guard problems.count < limit else {
            omittedCount += 1
            return
        }
        problems.append(
            SettingsProblem(
                kind: kind, file: source.name, line: place.line, column: place.column, keyPath: keyPath,
                message: message, closestKey: closestKey))
    }

    func recordUnknown(_ key: String, section: String, at place: SettingsPlace) {
        guard unknownKeys.count < limit else {
            omittedCount += 1
            return
        }
        unknownKeys.append(UnknownKey(section: section, key: key, place: place))
    }

    func recordKnown(_ keys: [String], section: String) {
        // The elements of a list are sections of one kind, so they share an entry.
        knownKeys[SettingsProblemList.withoutIndexes(section), default: []] += keys
    }

    /// All problems in the order of the text, or nil when there are none. Unknown keys get their suggestions here,
    /// because a misplaced key can only be named once every section has been read.
    func failure() -> SettingsFailure? {
        for unknown in unknownKeys { describe(unknown) }
        unknownKeys = []
        guard !problems.isEmpty else { return nil }
        // Stable: problems at one place keep the order they were found in.
        var sorted = problems.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
        for index in sorted.indices { sorted[index].sourceLine = source.excerpt(line: sorted[index].line) }
        return SettingsFailure(problems: sorted, omittedCount: omittedCount)
    }

    private func describe(_ unknown: UnknownKey) {
        let section = SettingsProblemList.withoutIndexes(unknown.section)
        let known = knownKeys[section] ?? []
        let path = unknown.section.isEmpty ? unknown.key : unknown.section + "." + unknown.key
        var message = "unknown key"
        let closest = ClosestWord.find(unknown.key, among: known)
        if let closest {
            message += "; did you mean \"\(closest)\"?"
        } else if let home = knownKeys.keys.sorted().first(where: { knownKeys[$0]?.contains(unknown.key) == true }) {
            message += home.isEmpty ? "; it belongs at the top of the file" : "; it belongs in \"\(home)\""
        } else {
            var names: [String] = []
            for name in known where !names.contains(name) { names.append(name) }
            message += "; known here: " + names.joined(separator: ", ")
        }
        record(.unknownKey, message, keyPath: path, at: unknown.place, closestKey: closest)
    }

    /// `remote_write[0].x` → `remote_write.x`.
    private static func withoutIndexes(_ path: String) -> String {
        var isInside = false
        return path.filter { character in
            if character == "[" { isInside = true }
            defer { if character == "]" { isInside = false } }
            return !isInside
        }
    }
}
