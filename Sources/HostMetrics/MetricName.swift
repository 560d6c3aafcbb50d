/// Names of metrics made from names of the kernel.
enum MetricName {
    /// Each run of other bytes than letters, digits and underscores as one underscore, with the underscores beside it.
    static func part(_ text: String) -> String {
        var name = ""
        var isReplacing = false
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            let isKept = character.isASCII && (character.isLetter || character.isNumber || character == "_")
            if !isKept {
                while name.last == "_" { name.removeLast() }
                if !isReplacing { isReplacing = true }
            } else if isReplacing {
                if character == "_" { continue }
                name += "_"
                isReplacing = false
                name.append(character)
            } else {
                name.append(character)
            }
        }
        return isReplacing ? name + "_" : name
    }
}
