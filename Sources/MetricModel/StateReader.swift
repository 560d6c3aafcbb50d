/// Reads what `StateWriter` wrote; every length is checked against what remains.
package struct StateReader {
    @usableFromInline let bytes: [UInt8]
    package var offset: Int { position }
    @usableFromInline var position = 0
    /// The version of the record, for what it writes otherwise than the present one.
    package var version: UInt8 = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var isAtEnd: Bool { position == bytes.count }
    @inlinable package var remainingCount: Int { bytes.count - position }
    @inlinable package var damaged: StateError { .damaged(byteOffset: position) }

    @inlinable
    package mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(StateError)
        -> Number
    {
        let width = Number.bitWidth / 8
        guard remainingCount >= width else { throw damaged }
        var number: Number = 0
        for index in 0..<width { number |= Number(truncatingIfNeeded: bytes[position + index]) &<< (8 * index) }
        position += width
        return number
    }

    /// A time in nanoseconds. One beyond `SafeSum.timeLimit` is damage, and refusing it keeps every later sum in range.
    package mutating func time() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time.magnitude <= SafeSum.timeLimit.magnitude else { throw damaged }
        return time
    }

    /// A wall clock time in milliseconds.
    package mutating func unixTime() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time.magnitude <= SafeSum.unixLimit.magnitude else { throw damaged }
        return time
    }

    /// A wall clock time in milliseconds, or `.min` for never.
    package mutating func unixTimeOrNever() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time == .min || time.magnitude <= SafeSum.unixLimit.magnitude else { throw damaged }
        return time
    }

    /// A counter with room to go on.
    package mutating func counter() throws(StateError) -> UInt64 {
        let count = try varying()
        guard count <= SafeSum.countLimit else { throw damaged }
        return count
    }

    package mutating func flag() throws(StateError) -> Bool {
        let byte = try number(UInt8.self)
        guard byte <= 1 else { throw damaged }
        return byte == 1
    }

    package mutating func text() throws(StateError) -> String {
        let count = Int(try number(UInt8.self))
        guard remainingCount >= count else { throw damaged }
        guard let text = String(validating: bytes[position..<offset + count], as: UTF8.self) else { throw damaged }
        position += count
        return text
    }

    /// The next `count` bytes, as they are.
    package mutating func bytes(_ count: Int) throws(StateError) -> [UInt8] {
        guard count >= 0, remainingCount >= count else { throw damaged }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    package mutating func varying() throws(StateError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            let byte = try self.number(UInt8.self)
            number |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return number }
        }
        throw damaged
    }

    package mutating func varyingSigned() throws(StateError) -> Int64 {
        let number = try varying()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// Counters with their number before them. Those that a newer program has added are 0; more than are known is damage.
    package mutating func counters(_ known: Int) throws(StateError) -> [UInt64] {
        let count = try count(leastByteCount: 1)
        guard count <= known else { throw damaged }
        var counters = [UInt64](repeating: 0, count: known)
        for index in 0..<count { counters[index] = try counter() }
        return counters
    }

    /// A count of things that take at least `leastByteCount` bytes each, so that no more are believed than can be there.
    package mutating func count(leastByteCount: Int) throws(StateError) -> Int {
        let count = try varying()
        guard count <= UInt64(remainingCount / leastByteCount) else { throw damaged }
        return Int(count)
    }
}
