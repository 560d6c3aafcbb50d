/// A text in which `*` stands for any run of characters, none included; everything else stands for itself.
struct GlobPattern: Sendable, Hashable {
    /// What stands between the stars: one more piece than there are stars.
    private let pieces: [[UInt8]]

    /// - Parameter pieces: the literal texts between the stars, in order; one piece for a text without a star.
    init(pieces: [[UInt8]]) {
        precondition(!pieces.isEmpty, "a pattern has a piece")
        self.pieces = pieces
    }

    /// Whether all of `text` is covered. Linear: each piece is looked for once, from the left.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard pieces.count > 1 else { return Self.stands(pieces[0], in: text, at: 0) && text.count == pieces[0].count }
        let first = pieces[0]
        let last = pieces[pieces.count - 1]
        guard text.count >= first.count + last.count, Self.stands(first, in: text, at: 0),
            Self.stands(last, in: text, at: text.count - last.count)
        else { return false }
        var offset = first.count
        let end = text.count - last.count
        for piece in pieces[1..<(pieces.count - 1)] {
            while !Self.stands(piece, in: text, at: offset) || offset + piece.count > end {
                offset += 1
                guard offset + piece.count <= end else { return false }
            }
            offset += piece.count
        }
        return true
    }

    private static func stands(_ piece: [UInt8], in text: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard piece.count <= text.count - offset else { return false }
        for (index, byte) in piece.enumerated() where text[offset + index] != byte { return false }
        return true
    }
}
