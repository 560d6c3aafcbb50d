/// Reads a stream's bytes sample by sample. They are this process's own, so nothing about them is in doubt.
struct HeadStreamReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 1
    private var delta: Int64 = 0
    private var scale: UInt8
    /// Samples of a run that are still to come.
    private var repeats: UInt8 = 0
    private(set) var time: Int64 = 0
    private(set) var bits: UInt64 = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        scale = bytes[0]
    }

    /// Goes to the next sample; false at the end.
    @inline(__always)
    mutating func next() -> Bool {
        if repeats > 0 {
            repeats -= 1
            time &+= delta
            return true
        }
        while offset < bytes.count {
            let token = bytes[offset]
            offset += 1
            if token == HeadStream.runToken {
                repeats = bytes[offset] - 1
                offset += 1
                time &+= delta
                return true
            }
            if token >= 0x80 {
                delta &+= Int64(token & 0x7f) - 63
                time &+= delta
                return true
            }
            let code = Int(token & 0x1f)
            if code >= 24 {
                scale = token & 0x1f - 24
                continue
            }
            readTime(token >> 5)
            readValue(code)
            return true
        }
        return false
    }

    @inline(__always)
    private mutating func readTime(_ kind: UInt8) {
        switch kind {
        case 0: break
        case 1: delta &+= signed(1)
        case 2: delta &+= signed(2)
        default:
            let before = time
            time = signed(8)
            let distance = time &- before
            delta = Int32(exactly: distance) == nil ? 0 : distance
            return
        }
        time &+= delta
    }

    @inline(__always)
    private mutating func readValue(_ code: Int) {
        if code == 0 { return }
        if code < 8 {
            let power = HeadStream.power(scale)
            let product = Double(bitPattern: bits) * power
            let before = Int64(product + (product < 0 ? -0.5 : 0.5))
            bits = (Double(before &+ signed(code)) / power).bitPattern
        } else if code < 16 {
            bits ^= word(code - 7)
        } else {
            bits ^= word(code - 15) << UInt64(64 - 8 * (code - 15))
        }
    }

    @inline(__always)
    private mutating func word(_ count: Int) -> UInt64 {
        var word: UInt64 = 0
        if bytes.count - offset >= 8 {
            word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            if count < 8 { word &= ~(~0 << UInt64(8 * count)) }
        } else {
            for index in 0..<count { word |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        }
        offset += count
        return word
    }

    @inline(__always)
    private mutating func signed(_ count: Int) -> Int64 {
        let unused = UInt64(64 - 8 * count)
        return Int64(bitPattern: word(count) << unused) >> Int64(unused)
    }
}
