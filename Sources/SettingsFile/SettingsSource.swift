/// The lines of a settings file, for the excerpts in problems, with secrets masked.
struct SettingsSource {
    let name: String
    private let lines: [[Character]]
    private var maskedPlaces: [SettingsPlace] = []

    init(name: String, bytes: [UInt8]) {
        self.name = name
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            // One character per code point, as libyaml counts columns.
            String(decoding: line, as: UTF8.self).unicodeScalars.filter { $0 != "\r" }.map { scalar in
                scalar.value < 32 || scalar.value == 127 ? " " : Character(scalar)
            }
        }
    }

    /// Keeps the text at `place` out of every excerpt.
    mutating func mask(_ place: SettingsPlace) {
        if place.line > 0 { maskedPlaces.append(place) }
    }

    /// A line's text from 1, cut to 200 characters; nil past the end.
    func excerpt(line: Int) -> String? {
        guard line > 0, line <= lines.count else { return nil }
        var text = lines[line - 1]
        for place in maskedPlaces where place.line <= line && line <= max(place.endLine, place.line) {
            let start = place.line == line ? place.column - 1 : 0
            let end = place.endLine == line ? place.endColumn - 1 : text.count
            for index in max(0, start)..<max(max(0, start), min(end, text.count)) { text[index] = "*" }
        }
        maskAfterSecretKeys(&text)
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
            while index < text.count, text[index] != ",", text[index] != "}" {
                if text[index] != " " { text[index] = "*" }
                index += 1
            }
        }
    }

    private static let secretWords = ["password", "passphrase", "secret", "token"]

    /// Whether a key's name says that its value must not be shown.
    static func namesSecret(_ key: String) -> Bool {
        !key.hasSuffix("_file") && secretWords.contains { key.contains($0) }
    }
}
