extension ProtobufReader {
    /// Reads the field of a sample that has eight bytes of value, or none for zero, and six of time, which is what all
    /// senders write for times from 2004 to 2109, in both versions; nil, with nothing read, where it is not so.
    @inline(__always)
    mutating func usualSample() -> (time: Int64, value: UInt64)? {
        let start = offset
        // The loads below reach 20 bytes far.
        guard end &- start >= 9, bytes.count &- start >= 20 else { return nil }
        let head = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)) & 0xff_ffff
        var value: UInt64 = 0
        var timeStart = start &+ 3
        if head == 0x09_1012 {
            guard end &- start >= 18, bytes[start &+ 11] == 0x10 else { return nil }
            value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start &+ 3, as: UInt64.self))
            timeStart = start &+ 12
        } else if head != 0x10_0712 {
            return nil
        }
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: timeStart, as: UInt64.self))
        // Five bytes that go on and one that does not.
        guard word & 0x8080_8080_8080 == 0x0080_8080_8080 else { return nil }
        var time = word & 0x7f | word >> 1 & 0x7f << 7 | word >> 2 & 0x7f << 14
        time |= word >> 3 & 0x7f << 21 | word >> 4 & 0x7f << 28 | word >> 5 & 0x7f << 35
        offset = timeStart &+ 6
        return (Int64(time), value)
    }
}
