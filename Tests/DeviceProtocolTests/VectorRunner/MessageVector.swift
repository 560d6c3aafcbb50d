/// One vector of vectors.txt: its lines from behind `vector` to before `end`.
struct MessageVector {
    let name: UnsafeRawBufferPointer
    let lines: UnsafeRawBufferPointer

    /// The next vector of the text that `offset` is in; nil at its end.
    static func next(in text: UnsafeRawBufferPointer, at offset: inout Int) -> MessageVector? {
        var name: UnsafeRawBufferPointer?
        var start = 0
        while offset < text.count {
            let lineStart = offset
            var rest = VectorLines(UnsafeRawBufferPointer(rebasing: text[offset...]))
            guard let line = rest.next() else { return nil }
            offset += rest.offset
            if line.hasKey("vector") {
                name = line[1]
                start = offset
            } else if line.hasKey("end"), let name {
                return MessageVector(name: name, lines: UnsafeRawBufferPointer(rebasing: text[start..<lineStart]))
            }
        }
        return nil
    }

    /// The first line with this key.
    func line(_ key: StaticString) -> VectorLine? {
        var all = VectorLines(lines)
        while let line = all.next() {
            if line.hasKey(key) { return line }
        }
        return nil
    }

    /// The text beside `key`; empty where there is none.
    func text(_ key: StaticString) -> UnsafeRawBufferPointer {
        line(key)?[1] ?? UnsafeRawBufferPointer(rebasing: lines[..<0])
    }

    func number(_ key: StaticString) -> UInt64? { line(key)?.number(1) }
}
