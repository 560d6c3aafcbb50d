/// A place in one line of an exposition, and what can be taken from there.
struct LineCursor {
    private let bytes: ArraySlice<UInt8>
    private let line: Int
    private var offset: Int

    init(_ bytes: ArraySlice<UInt8>, line: Int) {
        // Some exporters end lines as Windows does.
        self.bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        self.line = line
        offset = bytes.startIndex
    }

    var isAtEnd: Bool { offset >= bytes.endIndex }
    /// Whether an exemplar (` # {…}`) begins here.
    var isAtExemplar: Bool { isAt("#") }
    /// What is left, as text.
    var rest: String { String(decoding: bytes[offset...], as: UTF8.self) }

    func error(_ reason: ExpositionError.Reason) -> ExpositionError {
        ExpositionError(reason, line: line, column: offset - bytes.startIndex + 1)
    }

    func isAt(_ character: Unicode.Scalar) -> Bool { !isAtEnd && bytes[offset] == UInt8(ascii: character) }

    mutating func skipBlanks() {
        while !isAtEnd, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard isAt(character) else { return false }
        offset += 1
        return true
    }

    /// Takes these bytes where they come next.
    mutating func take(_ text: [UInt8]) -> Bool {
        guard bytes.endIndex - offset >= text.count, bytes[offset..<offset + text.count].elementsEqual(text) else {
            return false
        }
        offset += text.count
        return true
    }

    /// What has been taken since a copy of this was made.
    func taken(since start: LineCursor) -> ArraySlice<UInt8> { bytes[start.offset..<offset] }

    /// Takes a word and the blanks behind it.
    mutating func takeWord(_ word: String) -> Bool {
        guard bytes[offset...].starts(with: word.utf8) else { return false }
        let end = offset + word.utf8.count
        guard end < bytes.endIndex, bytes[end] == 0x20 || bytes[end] == 0x09 else { return false }
        offset = end
        skipBlanks()
        return true
    }

    mutating func metricName() throws(ExpositionError) -> String { try name("a metric name", colons: true) }
    mutating func labelName() throws(ExpositionError) -> String { try name("a label name", colons: false) }

    /// The rest of a HELP line, with its escapes undone.
    mutating func help(quotes: Bool) throws(ExpositionError) -> String {
        // One blank parts the name from the text; more belong to the text, which nobody relies on.
        skipBlanks()
        return try unescaped(until: nil, quotes: quotes)
    }

    /// A label value in quotes.
    mutating func quoted() throws(ExpositionError) -> String {
        guard take("\"") else { throw error(.expected("a quoted value")) }
        return try unescaped(until: UInt8(ascii: "\""), quotes: true)
    }

    mutating func number() throws(ExpositionError) -> Double {
        let word = word()
        // Go's reader, which Prometheus uses, knows no hexadecimal floats here, and no underscores.
        guard let value = word.isEmpty || word.contains(where: { "xXpP_".utf8.contains($0) }) ? nil : double(word)
        else { throw error(.expected("a number")) }
        offset = word.endIndex
        return value
    }

    mutating func milliseconds() throws(ExpositionError) -> Int64 {
        let word = word()
        guard let value = Int64(String(decoding: word, as: UTF8.self)) else {
            throw error(.expected("a timestamp in milliseconds"))
        }
        offset = word.endIndex
        return value
    }

    mutating func secondsAsMilliseconds() throws(ExpositionError) -> Int64 {
        let start = self
        let value = try number() * 1000
        // Seconds with three decimals are mostly no doubles, so a thousand times them may fall short of the millisecond
        // that was written by the two roundings. What is further from it is cut, as Prometheus does.
        let nearest = value.rounded()
        let whole =
            (value - nearest).magnitude <= value.magnitude * Double.ulpOfOne ? nearest : value.rounded(.towardZero)
        guard let milliseconds = Int64(exactly: whole) else { throw start.error(.expected("a timestamp in seconds")) }
        return milliseconds
    }

    private func word() -> ArraySlice<UInt8> { bytes[offset...].prefix { $0 != 0x20 && $0 != 0x09 } }

    private func double(_ word: ArraySlice<UInt8>) -> Double? {
        let text = String(decoding: word, as: UTF8.self)
        let lower = text.lowercased()
        switch lower.drop(while: { $0 == "+" || $0 == "-" }) {
        case "nan": return lower == "nan" ? .nan : nil
        case "inf", "infinity": return lower.hasPrefix("-") ? -.infinity : .infinity
        default: return Double(text)
        }
    }

    private mutating func name(_ what: String, colons: Bool) throws(ExpositionError) -> String {
        let start = offset
        while !isAtEnd {
            switch bytes[offset] {
            case 0x41...0x5a, 0x61...0x7a, 0x5f: break
            case 0x30...0x39 where offset > start: break
            case 0x3a where colons: break
            default:
                if offset == start { throw error(.expected(what)) }
                return String(decoding: bytes[start..<offset], as: UTF8.self)
            }
            offset += 1
        }
        if offset == start { throw error(.expected(what)) }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Takes text up to `stop` (or the line's end) and undoes `\\`, `\n` and, where quotes are escaped, `\"`.
    private mutating func unescaped(until stop: UInt8?, quotes: Bool) throws(ExpositionError) -> String {
        let start = self
        var text: [UInt8] = []
        while !isAtEnd {
            let byte = bytes[offset]
            offset += 1
            if byte == stop { return try start.utf8(text) }
            if byte == UInt8(ascii: "\\"), !isAtEnd {
                text.append(contentsOf: escaped(bytes[offset], quotes: quotes))
                offset += 1
            } else {
                text.append(byte)
            }
        }
        if stop != nil { throw error(.expected("a closing quote")) }
        return try start.utf8(text)
    }

    private func escaped(_ byte: UInt8, quotes: Bool) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "n"): [UInt8(ascii: "\n")]
        case UInt8(ascii: "\\"): [byte]
        case UInt8(ascii: "\"") where quotes: [byte]
        default: [UInt8(ascii: "\\"), byte]
        }
    }

    private func utf8(_ text: [UInt8]) throws(ExpositionError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw error(.notUTF8) }
        return string
    }
}
