/// Reads what `StateWriter` wrote; every length is held against what remains.
struct StateReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }
    var damaged: StateError { .damaged(byteOffset: offset) }

    mutating func byte() throws(StateError) -> UInt8 {
        guard offset < bytes.count else { throw damaged }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func flag() throws(StateError) -> Bool {
        let value = try byte()
        guard value <= 1 else { throw damaged }
        return value == 1
    }

    mutating func fixed<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) throws(StateError) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard bytes.count - offset >= size else { throw damaged }
        defer { offset += size }
        return bytes.withUnsafeBytes { Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    mutating func text() throws(StateError) -> String {
        let length = Int(try fixed(UInt16.self))
        guard bytes.count - offset >= length else { throw damaged }
        defer { offset += length }
        return String(decoding: bytes[offset..<offset + length], as: UTF8.self)
    }

    /// A list of at most `limit` elements.
    mutating func list<Element>(
        limit: Int, _ body: (inout StateReader) throws(StateError) -> Element
    ) throws(StateError) -> [Element] {
        let count = Int(try fixed(UInt32.self))
        // An element takes a byte at the least.
        guard count <= limit, count <= bytes.count - offset else { throw damaged }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try body(&self)) }
        return elements
    }

    mutating func optional<Value>(
        _ body: (inout StateReader) throws(StateError) -> Value
    ) throws(StateError) -> Value? {
        try flag() ? try body(&self) : nil
    }
}
