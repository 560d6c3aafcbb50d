/// The text of a list of any length: what stands before its elements, each of them, what stands behind them.
struct ListText<Element: Sendable>: PiecewiseText {
    /// Writes an element from `position` in it on (0 at its start) until the text has `byteLimit` bytes, but always
    /// something; gives the position to go on from, nil at the element's end.
    typealias Writer =
        @Sendable (
            _ text: inout JSONBytes, _ element: Element, _ position: Int, _ byteLimit: Int
        ) -> Int?

    /// Nil once written.
    private var start: [UInt8]?
    private let separator: [UInt8]
    private let end: [UInt8]
    private let write: Writer
    private let byteCount: @Sendable (Element) -> Int
    /// The last comes first, so that each can be taken away when its turn comes.
    private var rest: [Element]
    /// The element that is being written, and how far.
    private var current: (element: Element, position: Int)?
    private var isFirst = true
    private(set) var isAtEnd = false
    private(set) var heldByteCount: Int

    /// `byteCount` is what an element holds.
    init(
        start: [UInt8] = [], _ elements: consuming [Element], separator: [UInt8] = [], end: [UInt8] = [],
        byteCount: @escaping @Sendable (Element) -> Int, write: @escaping Writer
    ) {
        self.start = start
        self.separator = separator
        self.end = end
        self.byteCount = byteCount
        self.write = write
        heldByteCount = elements.reduce(0) { $0 + byteCount($1) }
        elements.reverse()
        rest = elements
    }

    mutating func nextPiece(byteLimit: Int) -> [UInt8] {
        var text = JSONBytes()
        if let start = start.take() {
            text.append(start)
        } else if heldByteCount >= byteLimit {
            // Not for the first, since most answers are small.
            text.reserveCapacity(byteLimit)
        }
        while text.bytes.count < byteLimit, !isAtEnd { writeNext(to: &text, byteLimit: byteLimit) }
        // No piece is empty, but for that of an empty text.
        if end.isEmpty, current == nil, rest.isEmpty { isAtEnd = true }
        return text.bytes
    }

    private mutating func writeNext(to text: inout JSONBytes, byteLimit: Int) {
        guard let next = current.take() ?? rest.popLast().map({ ($0, 0) }) else {
            text.append(end)
            isAtEnd = true
            return
        }
        if next.position == 0 {
            if !isFirst { text.append(separator) }
            isFirst = false
        }
        if let position = write(&text, next.element, next.position, byteLimit) {
            precondition(position > next.position, "a writer comes further each time")
            current = (next.element, position)
        } else {
            heldByteCount -= byteCount(next.element)
        }
    }
}
