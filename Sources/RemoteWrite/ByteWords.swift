/// Eight bytes at a time: the checks that would otherwise look at every byte of every label.
enum ByteWords {
    static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The first `count` bytes at `pointer` (at most eight) in the low bytes of a word, the rest zero.
    ///
    /// `readable` is how many bytes may be read there; loading eight where only `count` are wanted is what makes it
    /// quick.
    @inline(__always)
    static func load(_ pointer: UnsafeRawPointer, count: Int, readable: Int) -> UInt64 {
        if readable >= 8 {
            let word = UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self))
            return count >= 8 ? word : word & ~(~0 << UInt64(8 * count))
        }
        var word: UInt64 = 0
        for index in 0..<min(count, 8) {
            word |= UInt64(pointer.load(fromByteOffset: index, as: UInt8.self)) << UInt64(8 * index)
        }
        return word
    }

    /// The first `count` bytes (less than eight) in a word, without reading past them.
    @inline(__always)
    static func loadShort(_ pointer: UnsafeRawPointer, count: Int) -> UInt64 {
        if count >= 4 {
            let first = UInt64(UInt32(littleEndian: pointer.loadUnaligned(as: UInt32.self)))
            let last = UInt64(UInt32(littleEndian: pointer.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)))
            return first | last << UInt64(8 * (count - 4))
        }
        var word: UInt64 = 0
        for index in 0..<count {
            word |= UInt64(pointer.load(fromByteOffset: index, as: UInt8.self)) << UInt64(8 * index)
        }
        return word
    }

    /// Whether `count` bytes are the same at both places. The last words overlap those before, so nothing is read past
    /// the end.
    @inline(__always)
    static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
        guard count >= 8 else { return loadShort(left, count: count) == loadShort(right, count: count) }
        var offset = 0
        while offset < count {
            let at = min(offset, count - 8)
            guard
                left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            else { return false }
            offset += 8
        }
        return true
    }

    /// Copies short strings quicker than a call does; nothing is read or written past the end.
    @inline(__always)
    static func copy(_ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer) {
        if count >= 16 {
            var offset = 0
            while offset < count {
                let at = min(offset, count - 16)
                target.storeBytes(
                    of: source.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self), toByteOffset: at,
                    as: SIMD16<UInt8>.self)
                offset += 16
            }
        } else if count >= 8 {
            let first = source.loadUnaligned(as: UInt64.self)
            let last = source.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            target.storeBytes(of: first, as: UInt64.self)
            target.storeBytes(of: last, toByteOffset: count - 8, as: UInt64.self)
        } else {
            for index in 0..<count {
                target.storeBytes(
                    of: source.load(fromByteOffset: index, as: UInt8.self), toByteOffset: index, as: UInt8.self)
            }
        }
    }

    /// The high bit of each byte that is not in `[a-zA-Z0-9_]`; of bytes below 0x80 only, which the caller checks.
    ///
    /// A sum with 0x80 − x has its high bit set exactly where the byte is at least x, and no sum carries over.
    @inline(__always)
    static func notInName(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let lower = word | ones &* 0x20
        let letter = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x7b))
        let digit = (word &+ ones &* (0x80 - 0x30)) & ~(word &+ ones &* (0x80 - 0x3a))
        let underscore = ~((word ^ ones &* 0x5f) &+ ones &* 0x7f)
        return ~(letter | digit | underscore) & highBits
    }

    /// As `notInName`, with `:` allowed.
    @inline(__always)
    static func notInMetricName(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let colon = ~((word ^ ones &* 0x3a) &+ ones &* 0x7f)
        return notInName(word) & ~colon
    }

    /// Whether the bytes are UTF-8; quick where they are ASCII.
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var seen: UInt64 = 0
        var offset = 0
        while offset < bytes.count {
            seen |= load(base + offset, count: bytes.count - offset, readable: bytes.count - offset)
            offset += 8
        }
        return seen & highBits == 0 || String(validating: bytes, as: UTF8.self) != nil
    }

    /// Whether the bytes are a name by `[a-zA-Z_]([a-zA-Z0-9_])*`, or a metric's name, which may also hold `:`.
    static func isClassicName(_ bytes: UnsafeRawBufferPointer, ofMetric: Bool, readable: Int) -> Bool {
        guard let base = bytes.baseAddress, let first = bytes.first, !(0x30...0x39).contains(first) else {
            return false
        }
        var bad: UInt64 = 0
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.count - offset
            var word = load(base + offset, count: rest, readable: readable - offset)
            // The bytes past the end count as letters.
            if rest < 8 { word |= 0x6161_6161_6161_6161 << UInt64(8 * rest) }
            bad |= word & highBits
            bad |= ofMetric ? notInMetricName(word & ~highBits) : notInName(word & ~highBits)
            offset += 8
        }
        return bad == 0
    }
}
