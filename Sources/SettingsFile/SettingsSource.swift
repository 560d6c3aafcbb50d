/// The lines of a settings file, for the excerpts in problems, with secrets masked.
struct SettingsSource {
    let name: String
    private let lines: [[Character]]
    private var maskedPlaces: [SettingsPlace] = []

    init(name: String, bytes: [UInt8]) {
        self.name = name
        // Lines end and columns count, one per code point, as libyaml has it.
        var lines: [[Character]] = [[]]
        var hasReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            defer { hasReturn = scalar == "\r" }
            switch scalar {
            case "\n" where hasReturn: continue
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
            default: lines[lines.count - 1].append(scalar.value == 127 ? " " : Character(scalar))
            }
        }
        self.lines = lines
    }

    /// The number of the last line that is not empty; 1 for an empty text.
    var lastLine: Int { (lines.lastIndex { !$0.isEmpty } ?? 0) + 1 }

    /// The place after the last character of the last line that is not empty.
    var end: SettingsPlace {
        let column = lines[lastLine - 1].count + 1
        return SettingsPlace(line: lastLine, column: column, endLine: lastLine, endColumn: column)
    }

    /// The character at a line and column from 1; nil past the ends.
    func character(line: Int, column: Int) -> Character? {
        guard line <= lines.count, column <= lines[line - 1].count else { return nil }
        return lines[line - 1][column - 1]
    }

    /// Keeps the text at `place` out of every excerpt.
    mutating func mask(_ place: SettingsPlace) {
        if place.line > 0 { maskedPlaces.append(place) }
    }

    /// A line's text from 1, cut to 200 characters; nil past the end.
    func excerpt(line: Int) -> String? {
        guard line > 0, line <= lines.count else { return nil }
        var text = lines[line - 1].map { $0.isASCII && ($0.asciiValue ?? 0) < 32 ? " " : $0 }
        for place in maskedPlaces where place.line <= line && line <= max(place.endLine, place.line) {
            let start = place.line == line ? place.column - 1 : 0
            let end = place.endLine == line ? place.endColumn - 1 : text.count
            for index in max(0, start)..<max(max(0, start), min(end, text.count)) { text[index] = "*" }
        }
        maskAfterSecretKeys(&text)
        maskUserInfo(&text)
        if isWithinSecretMap(line: line) { maskValue(&text) }
        return String(text.prefix(200))
    }

    /// Masks what follows a key that names a secret, for text that could not be parsed or was never asked for.
    private func maskAfterSecretKeys(_ text: inout [Character]) {
        let lowered = String(text).lowercased()
        guard lowered.count == text.count else {
            // Lower-casing changed the number of characters: positions would not agree, so nothing is shown.
            if SettingsSource.secretWords.contains(where: lowered.contains) { text = Array("(not shown)") }
            return
        }
        let characters = Array(lowered)
        var index = 0
        while let colon = characters[index...].firstIndex(of: ":") {
            let isWord = { (character: Character) in character.isLetter || character == "_" || character == "-" }
            var start = colon
            while start > index, characters[start - 1] == "\"" || isWord(characters[start - 1]) { start -= 1 }
            let key = String(characters[start..<colon].filter(isWord))
            index = colon + 1
            guard SettingsSource.namesSecret(key) else { continue }
            let end = SettingsSource.valueEnd(characters, from: index)
            for masked in index..<end where text[masked] != " " { text[masked] = "*" }
            index = end
        }
        maskHashes(&text)
    }

    /// Where a value that begins at `start` ends: behind its closing bracket or quote, before the next element of the
    /// map that the line is within, or with the line.
    private static func valueEnd(_ text: [Character], from start: Int) -> Int {
        var depth = 0
        let isWithinMap = text[..<start].contains("{")
        var index = text[start...].firstIndex { $0 != " " } ?? text.count
        while index < text.count {
            switch text[index] {
            case "\"", "'":
                index = text[(index + 1)...].firstIndex(of: text[index]) ?? text.count
            case "{", "[": depth += 1
            case "}" where depth == 0 && isWithinMap, "," where depth == 0 && isWithinMap: return index
            case "}", "]": depth = max(0, depth - 1)
            default: break
            }
            index += 1
        }
        return text.count
    }

    /// Masks bcrypt hashes, whatever key they stand under.
    private func maskHashes(_ text: inout [Character]) {
        var index = 0
        while let dollar = text[index...].firstIndex(of: "$") {
            index = dollar + 1
            guard text[index...].first == "2" else { continue }
            let end = text[index...].firstIndex { " \"',}".contains($0) } ?? text.count
            for masked in dollar..<end { text[masked] = "*" }
            index = end
        }
    }

    /// Whether a line stands, indented, below a key that names secrets, as the entries of `basic_auth_users` do.
    private func isWithinSecretMap(line: Int) -> Bool {
        let indentation = { (text: [Character]) in text.prefix { $0 == " " || $0 == "-" }.count }
        var innermost = indentation(lines[line - 1])
        for text in lines[..<(line - 1)].reversed() where innermost > 0 {
            let depth = indentation(text)
            guard depth < innermost, depth < text.count, text[depth] != "#" else { continue }
            innermost = depth
            let key = String(text[depth...].prefix { $0 != ":" && $0 != " " }).lowercased()
            if SettingsSource.namesSecret(key) { return true }
        }
        return false
    }

    /// Masks all behind a line's first colon, or all of a line without one.
    private func maskValue(_ text: inout [Character]) {
        let start = text.firstIndex(of: ":").map { $0 + 1 } ?? 0
        for index in start..<text.count where text[index] != " " { text[index] = "*" }
    }

    /// Masks a name and password in an address, wherever it stands.
    private func maskUserInfo(_ text: inout [Character]) {
        var index = 0
        while let slash = text[index...].firstIndex(of: "/") {
            index = slash + 1
            guard index < text.count, text[index] == "/" else { continue }
            let end = text[index...].firstIndex { " \"',}".contains($0) } ?? text.count
            guard let at = text[index..<end].lastIndex(of: "@") else { continue }
            for masked in index + 1..<max(index + 1, at) { text[masked] = "*" }
        }
    }

    private static let secretWords = ["password", "passphrase", "secret", "token", "credential", "basic_auth_users"]

    /// Whether a key's name says, mistyped or not, that its value must not be shown.
    static func namesSecret(_ key: String) -> Bool {
        if key.hasSuffix("_file") { return false }
        return secretWords.contains { key.contains($0) } || ClosestWord.find(key, among: secretWords) != nil
    }
}
