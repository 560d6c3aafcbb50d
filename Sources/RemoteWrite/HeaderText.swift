/// The few things that header values are taken apart with.
enum HeaderText {
    static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// Equal without regard to the case of ASCII letters.
    static func equal(_ left: some StringProtocol, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
    }

    /// `name=value`, or nil where there is no `=`.
    static func pair(_ text: Substring) -> (name: Substring, value: Substring)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return (trim(text[..<equals]), trim(text[text.index(after: equals)...]))
    }

    /// The content of a quoted string without escapes, or the token itself.
    static func unquote(_ text: Substring) -> Substring {
        guard text.utf8.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        return text.dropFirst().dropLast()
    }

    /// A number of decimal digits only: no sign, no spaces.
    static func digits<Number: FixedWidthInteger>(_ text: some StringProtocol, as: Number.Type) -> Number? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Number(text)
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }
}
