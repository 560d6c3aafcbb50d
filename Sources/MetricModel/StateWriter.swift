/// Appends little-endian numbers and short texts to a record.
package struct StateWriter {
    @usableFromInline package internal(set) var bytes: [UInt8] = []

    package init() {}

    @inlinable
    package mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A time in nanoseconds, held within what `StateReader.time` takes: a device may claim any uptime.
    package mutating func append(time: Int64) { append(SafeSum.clamped(time, SafeSum.timeLimit)) }

    /// A wall clock time in milliseconds, held within what `StateReader.unixTime` takes; `.min` for never.
    package mutating func append(unixTime: Int64) {
        append(unixTime == .min ? unixTime : SafeSum.clamped(unixTime, SafeSum.unixLimit))
    }

    package mutating func append(count: UInt64) { append(varying: min(count, SafeSum.countLimit)) }

    /// Counters with their number before them.
    package mutating func append(counters: [UInt64]) {
        append(varying: UInt64(counters.count))
        for counter in counters { append(count: counter) }
    }

    package mutating func append(contentsOf more: [UInt8]) { bytes.append(contentsOf: more) }

    package mutating func append(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    /// A byte count in one byte, then the UTF-8. Every text here is bounded by the protocol well below 256 bytes.
    package mutating func append(_ text: String) {
        precondition(text.utf8.count <= 255, "a text of \(text.utf8.count) bytes in a state record")
        bytes.append(UInt8(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// An unsigned LEB128 number.
    package mutating func append(varying number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number with a sign, small ones short: zigzag in LEB128.
    package mutating func append(varying number: Int64) {
        append(varying: UInt64(bitPattern: number &<< 1 ^ number &>> 63))
    }
}
