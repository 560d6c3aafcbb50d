/// A device's id, or a pattern in which `*` stands for any text.
package struct IDPattern: Hashable, Sendable {
    package let text: String
    private let pieces: [String]

    package init(_ text: String) {
        self.text = text
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    package func matches(_ id: String) -> Bool {
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return id == text }
        guard id.hasPrefix(first), id.hasSuffix(last), id.utf8.count >= first.utf8.count + last.utf8.count else {
            return false
        }
        var rest = Array(id.utf8.dropFirst(first.utf8.count).dropLast(last.utf8.count))[...]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            let wanted = Array(piece.utf8)
            guard let start = IDPattern.find(wanted, in: rest) else { return false }
            rest = rest[(start + wanted.count)...]
        }
        return true
    }

    private static func find(_ wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= wanted.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - wanted.count).first { start in
            bytes[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
