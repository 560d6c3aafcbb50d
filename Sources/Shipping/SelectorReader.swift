/// Reads the words of a series selector from left to right. Spaces between words do not matter.
struct SelectorReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        skipSpaces()
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// A metric's name with stars; nil where none stands here.
    mutating func name() -> GlobPattern? {
        var pieces: [[UInt8]] = [[]]
        let start = offset
        while offset < bytes.count, Self.isNameByte(bytes[offset]) || bytes[offset] == UInt8(ascii: "*") {
            if bytes[offset] == UInt8(ascii: "*") {
                pieces.append([])
            } else {
                pieces[pieces.count - 1].append(bytes[offset])
            }
            offset += 1
        }
        defer { skipSpaces() }
        return offset > start ? GlobPattern(pieces: pieces) : nil
    }

    /// A label's name.
    mutating func label() -> [UInt8]? {
        let start = offset
        while offset < bytes.count, Self.isNameByte(bytes[offset]) { offset += 1 }
        defer { skipSpaces() }
        return offset > start ? Array(bytes[start..<offset]) : nil
    }

    /// `=` or `!=`, answered by whether it negates.
    mutating func operation() -> Bool? {
        let isNegated = take("!")
        return take("=") ? isNegated : nil
    }

    /// A value in double quotes, in which `\` takes the meaning from `*`, `"` and itself.
    mutating func quoted() -> GlobPattern? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        offset += 1
        var pieces: [[UInt8]] = [[]]
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                skipSpaces()
                return GlobPattern(pieces: pieces)
            case UInt8(ascii: "*"): pieces.append([])
            case UInt8(ascii: "\\"):
                guard offset < bytes.count, [0x22, 0x2a, 0x5c].contains(bytes[offset]) else { return nil }
                pieces[pieces.count - 1].append(bytes[offset])
                offset += 1
            default: pieces[pieces.count - 1].append(byte)
            }
        }
        return nil
    }

    func isAt(_ mark: Unicode.Scalar) -> Bool { offset < bytes.count && bytes[offset] == UInt8(ascii: mark) }

    /// Passes over `mark` and the spaces behind it, if it stands here.
    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard isAt(mark) else { return false }
        offset += 1
        skipSpaces()
        return true
    }

    private mutating func skipSpaces() {
        while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
    }

    /// Letters, digits, `_` and `:`; bytes beyond ASCII too, because names may be any UTF-8.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...:
            true
        default: false
        }
    }
}
