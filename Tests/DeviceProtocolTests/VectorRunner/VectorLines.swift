/// The lines of a text, one after the other.
struct VectorLines {
    private let text: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    mutating func next() -> VectorLine? {
        guard offset < text.count else { return nil }
        var end = offset
        while end < text.count, text[end] != 0x0a { end += 1 }
        let line = VectorLine(bytes: UnsafeRawBufferPointer(rebasing: text[offset..<end]))
        offset = end + 1
        return line
    }
}
