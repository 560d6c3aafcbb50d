/// Takes an input apart into the choices and pieces that a target is driven by; past the end everything is 0 or empty.
struct InputCursor {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A number of two bytes.
    mutating func word() -> Int {
        let low = Int(byte())
        return low | Int(byte()) << 8
    }

    /// One of `count` choices; 0 where there are none.
    mutating func choice(_ count: Int) -> Int { count > 0 ? word() % count : 0 }

    /// Up to `count` bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A piece with its length before it.
    mutating func piece() -> [UInt8] { bytes(word()) }

    /// The bytes that `piece` takes as `bytes`.
    static func piece(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8 & 0xff)] + bytes
    }
}
