internal import DeviceProtocol

/// Reads what `StateWriter` wrote; every length is checked against what remains.
struct StateReader {
    private let bytes: [UInt8]
    private(set) var offset = 0
    /// The version of the record, for what it writes otherwise than the present one.
    var version: UInt8 = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }
    var remainingCount: Int { bytes.count - offset }
    var damaged: StateError { .damaged(byteOffset: offset) }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(StateError) -> Number {
        let width = Number.bitWidth / 8
        guard remainingCount >= width else { throw damaged }
        var number: Number = 0
        for index in 0..<width { number |= Number(truncatingIfNeeded: bytes[offset + index]) &<< (8 * index) }
        offset += width
        return number
    }

    /// A time in nanoseconds. One beyond `SafeSum.timeLimit` is damage, and refusing it keeps every later sum in range.
    mutating func time() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time.magnitude <= SafeSum.timeLimit.magnitude else { throw damaged }
        return time
    }

    /// A wall clock time in milliseconds.
    mutating func unixTime() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time.magnitude <= SafeSum.unixLimit.magnitude else { throw damaged }
        return time
    }

    /// A wall clock time in milliseconds, or `.min` for never.
    mutating func unixTimeOrNever() throws(StateError) -> Int64 {
        let time = try number(Int64.self)
        guard time == .min || time.magnitude <= SafeSum.unixLimit.magnitude else { throw damaged }
        return time
    }

    /// A counter with room to go on.
    mutating func counter() throws(StateError) -> UInt64 {
        let count = try varying()
        guard count <= SafeSum.countLimit else { throw damaged }
        return count
    }

    mutating func flag() throws(StateError) -> Bool {
        let byte = try number(UInt8.self)
        guard byte <= 1 else { throw damaged }
        return byte == 1
    }

    mutating func text() throws(StateError) -> String {
        let count = Int(try number(UInt8.self))
        guard remainingCount >= count else { throw damaged }
        guard let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else { throw damaged }
        offset += count
        return text
    }

    /// A text that may be a device's id.
    mutating func deviceID() throws(StateError) -> String {
        let id = try text()
        guard Array(id.utf8).withUnsafeBytes(ProtocolLimits.isDeviceID) else { throw damaged }
        return id
    }

    mutating func varying() throws(StateError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            let byte = try self.number(UInt8.self)
            number |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return number }
        }
        throw damaged
    }

    mutating func varyingSigned() throws(StateError) -> Int64 {
        let number = try varying()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// Counters with their number before them. Those that a newer program has added are 0; more than are known is damage.
    mutating func counters(_ known: Int) throws(StateError) -> [UInt64] {
        let count = try count(leastByteCount: 1)
        guard count <= known else { throw damaged }
        var counters = [UInt64](repeating: 0, count: known)
        for index in 0..<count { counters[index] = try counter() }
        return counters
    }

    /// Malformed messages by reason: a record of version 2 has the nine that there were, without their number.
    mutating func malformedCounters() throws(StateError) -> [UInt64] {
        guard version == 2 else { return try counters(MalformedReason.allCases.count) }
        var counters = [UInt64](repeating: 0, count: MalformedReason.allCases.count)
        for index in 0..<9 { counters[index] = try counter() }
        return counters
    }

    /// A count of things that take at least `leastByteCount` bytes each, so that no more are believed than can be there.
    mutating func count(leastByteCount: Int) throws(StateError) -> Int {
        let count = try varying()
        guard count <= UInt64(remainingCount / leastByteCount) else { throw damaged }
        return Int(count)
    }
}
