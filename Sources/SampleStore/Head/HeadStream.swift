/// The samples of one series in one generation, compressed as they come, in the order in which they came.
///
/// The bytes are the scale at the start, then tokens. In memory only, so their layout may change at any time:
/// - `1ddddddd`: the same value again; d − 63 is the change of the distance in time (−63…63 ms). d = 127 is a run: a byte
///   follows with how many samples have the same value at the same distance.
/// - `0ttvvvvv`: t is how the change of the distance follows (0: none; 1: 8 bits, 2: 16 bits, signed; 3: the time itself,
///   64 bits). v is the value: 0 the same; 1…7 the change of value × 10^scale, signed, in so many bytes; 8…15 the low
///   1…8 bytes of the exclusive or with the value before, 16…23 its high bytes; 24…30 no sample at all, but the scale
///   from here on.
///
/// A value has a scale where a whole number below 2^53, divided by 10^scale, is that very value: then counters and
/// decimals are small whole changes. Times may go back; a late sample is one whose distance is negative.
struct HeadStream {
    /// No value of this series has a scale.
    private static let noScale: UInt8 = 7
    private static let scaleMissLimit: UInt8 = 4
    static let runToken: UInt8 = 0xff

    private(set) var lastTime: Int64 = 0
    private(set) var lastBits: UInt64 = 0
    /// The range of all samples; `earliest` above `latest` where there are none.
    private(set) var earliest = Int64.max
    private(set) var latest = Int64.min
    private var lastDelta: Int32 = 0
    private var first = HeadBlocks.none
    private var last = HeadBlocks.none
    private var used: UInt8 = 0
    private var scale: UInt8 = 0
    private var scaleMisses: UInt8 = 0
    /// Whether the last byte is a run's count.
    private var endsInRun = false
    /// Whether the last value has the scale.
    private var isScaled = true

    var isEmpty: Bool { first == HeadBlocks.none }

    @inline(__always)
    mutating func append(_ time: Int64, _ bits: UInt64, to blocks: inout HeadBlocks) {
        if first == HeadBlocks.none { begin(&blocks) }
        if time < earliest { earliest = time }
        if time > latest { latest = time }
        let delta = time &- lastTime
        let change = delta &- Int64(lastDelta)
        lastTime = time
        if bits == lastBits {
            if change == 0 { return appendRepeated(&blocks) }
            if change >= -63, change <= 63, let near = Int32(exactly: delta) {
                lastDelta = near
                endsInRun = false
                return put(0x80 | UInt64(change &+ 63), 1, &blocks)
            }
        }
        appendToken(time, delta, change, bits, &blocks)
    }

    private mutating func begin(_ blocks: inout HeadBlocks) {
        first = blocks.allocate()
        last = first
        used = 0
        if scale == Self.noScale { scale = 0 }
        put(UInt64(scale), 1, &blocks)
    }

    @inline(__always)
    private mutating func appendRepeated(_ blocks: inout HeadBlocks) {
        if endsInRun {
            let count = blocks.byte(in: last, at: Int(used) &- 1)
            if count < 255 { return blocks.storeByte(count &+ 1, in: last, at: Int(used) &- 1) }
        }
        endsInRun = true
        put(UInt64(Self.runToken) | 1 << 8, 2, &blocks)
    }

    private mutating func appendToken(
        _ time: Int64, _ delta: Int64, _ change: Int64, _ bits: UInt64, _ blocks: inout HeadBlocks
    ) {
        endsInRun = false
        // May put a token that changes the scale, so it comes first.
        let value = valueCode(bits, &blocks)
        lastBits = bits
        if let near = Int32(exactly: delta), let small = Int16(exactly: change) {
            lastDelta = near
            var word = UInt64(value.code)
            var count = 1
            if small != 0 {
                if let tiny = Int8(exactly: small) {
                    word |= 1 << 5 | UInt64(UInt8(bitPattern: tiny)) << 8
                    count = 2
                } else {
                    word |= 2 << 5 | UInt64(UInt16(bitPattern: small)) << 8
                    count = 3
                }
            }
            if count &+ value.count <= 8 {
                return put(word | value.bytes << UInt64(8 &* count), count &+ value.count, &blocks)
            }
            put(word, count, &blocks)
        } else {
            lastDelta = Int32(exactly: delta) ?? 0
            put(UInt64(value.code | 3 << 5), 1, &blocks)
            put(UInt64(bitPattern: time), 8, &blocks)
        }
        put(value.bytes, value.count, &blocks)
    }

    /// How a value is said after the last one: its code, and the bytes that follow in the low bytes of a word.
    @inline(__always)
    private mutating func valueCode(
        _ bits: UInt64, _ blocks: inout HeadBlocks
    ) -> (code: UInt8, bytes: UInt64, count: Int) {
        guard bits != lastBits else { return (0, 0, 0) }
        if scale != Self.noScale, let change = scaledChange(bits, &blocks) {
            // As many bytes as hold the number with its sign.
            let magnitude = UInt64(bitPattern: change < 0 ? ~change : change)
            let count = (64 &- magnitude.leadingZeroBitCount) / 8 &+ 1
            return (UInt8(count), UInt64(bitPattern: change) & ~(~0 << UInt64(8 &* count)), count)
        }
        let difference = bits ^ lastBits
        let low = 8 &- difference.leadingZeroBitCount / 8
        let high = 8 &- difference.trailingZeroBitCount / 8
        return low <= high
            ? (UInt8(7 &+ low), difference, low)
            : (UInt8(15 &+ high), difference >> UInt64(64 &- 8 &* high), high)
    }

    /// The change of value × 10^scale from the last value to this; nil where one of them has no scale in common.
    @inline(__always)
    private mutating func scaledChange(_ bits: UInt64, _ blocks: inout HeadBlocks) -> Int64? {
        if let scaled = Self.scaled(bits, scale) {
            scaleMisses = 0
            defer { isScaled = true }
            return isScaled ? scaled &- Self.rounded(lastBits, scale) : nil
        }
        return rescaledChange(bits, &blocks)
    }

    /// Looks for a larger scale that fits both values.
    private mutating func rescaledChange(_ bits: UInt64, _ blocks: inout HeadBlocks) -> Int64? {
        for wider in (scale + 1)..<max(Self.noScale, scale + 1) {
            guard let scaled = Self.scaled(bits, wider), let before = Self.scaled(lastBits, wider) else { continue }
            put(UInt64(24 + wider), 1, &blocks)
            (scale, scaleMisses, isScaled) = (wider, 0, true)
            return scaled &- before
        }
        isScaled = false
        scaleMisses += 1
        if scaleMisses >= Self.scaleMissLimit { scale = Self.noScale }
        return nil
    }

    /// The whole number that is `bits` × 10^scale, where dividing it gives the same bits again.
    @inline(__always)
    private static func scaled(_ bits: UInt64, _ scale: UInt8) -> Int64? {
        let power = power(scale)
        let product = Double(bitPattern: bits) * power
        // False for NaN as well.
        guard product.magnitude < 9_007_199_254_740_992 else { return nil }
        let whole = Int64(product + (product < 0 ? -0.5 : 0.5))
        return (Double(whole) / power).bitPattern == bits ? whole : nil
    }

    /// The same for a value that is known to have the scale.
    @inline(__always)
    private static func rounded(_ bits: UInt64, _ scale: UInt8) -> Int64 {
        let product = Double(bitPattern: bits) * power(scale)
        return Int64(product + (product < 0 ? -0.5 : 0.5))
    }

    @inline(__always)
    static func power(_ scale: UInt8) -> Double {
        switch scale {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1000
        case 4: 10_000
        case 5: 100_000
        default: 1_000_000
        }
    }

    /// Appends the low `count` bytes of a word.
    @inline(__always)
    private mutating func put(_ word: UInt64, _ count: Int, _ blocks: inout HeadBlocks) {
        if Int(used) &+ 8 <= HeadBlocks.payloadByteCount {
            blocks.store(word, in: last, at: Int(used))
            used &+= UInt8(truncatingIfNeeded: count)
        } else {
            putBytes(word, count, &blocks)
        }
    }

    private mutating func putBytes(_ word: UInt64, _ count: Int, _ blocks: inout HeadBlocks) {
        for index in 0..<count {
            if Int(used) == HeadBlocks.payloadByteCount {
                let block = blocks.allocate()
                blocks.setNext(last, block)
                (last, used) = (block, 0)
            }
            blocks.storeByte(UInt8(truncatingIfNeeded: word >> UInt64(8 * index)), in: last, at: Int(used))
            used += 1
        }
    }

    /// Ends the stream and begins an empty one that keeps what it has learnt of the values.
    mutating func freeze() -> FrozenStream {
        let frozen = FrozenStream(earliest: earliest, latest: latest, first: first, last: last, used: used)
        let kept = scale
        self = HeadStream()
        scale = kept
        return frozen
    }

    func overlaps(_ from: Int64, _ through: Int64) -> Bool { earliest <= through && latest >= from }

    /// The same stream in other memory.
    func moved(from old: HeadBlocks, to new: inout HeadBlocks) -> HeadStream {
        var moved = self
        guard !isEmpty else { return moved }
        moved.first = new.allocate()
        moved.last = moved.first
        moved.used = 0
        for byte in old.bytes(first: first, last: last, used: Int(used)) { moved.put(UInt64(byte), 1, &new) }
        return moved
    }

    /// The samples so far.
    func samples(_ blocks: HeadBlocks) -> HeadSamples {
        FrozenStream(earliest: earliest, latest: latest, first: first, last: last, used: used).samples(blocks)
    }
}
