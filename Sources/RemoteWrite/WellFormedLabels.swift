/// The quick way through the labels of a 1.0 series, for what well-behaved senders write.
///
/// It packs as `LabelPacker` does, in one pass with no branch that depends on a label's length up to 32 bytes, and
/// gives up at the first thing that is out of the ordinary: another order of fields, unsorted or repeated names, empty
/// strings, anything past a limit, no metric name. Then `LabelPacker` goes over the series again and says what is
/// wrong, if anything is; so the rules stand in one place, and this path only has to be right about what it accepts.
/// Offsets are below the body's length plus 4 KiB, so their sums wrap nowhere and go unchecked.
struct WellFormedLabels: ~Copyable {
    /// A name that has been found valid; it lies in the body.
    private struct KnownName {
        var word: UInt64
        var start: Int
        var count: Int
    }

    /// The names of the series before, one for each label a series may have: most series have the names of their
    /// neighbour, and what is equal to a valid name is valid. Owned, freed once in `deinit`.
    private let known: UnsafeMutablePointer<KnownName>
    private var knownMetricName = 0..<0
    // Of the limits only what is looked at for every label.
    private let checksNames: Bool
    private let labelLimit: Int
    private let nameByteLimit: Int
    private let valueByteLimit: Int
    /// How many bytes more than the labels' own may be read and written, so that copies need not end exactly.
    static let slack = 64

    init(limits: DecodeLimits) {
        precondition(
            (1...65_536).contains(limits.labelsPerSeriesLimit), "\(limits.labelsPerSeriesLimit) labels a series")
        checksNames = limits.namesOf1 == .prometheusClassic
        labelLimit = limits.labelsPerSeriesLimit
        nameByteLimit = min(127, limits.labelNameByteLimit)
        valueByteLimit = limits.labelValueByteLimit
        known = UnsafeMutablePointer.allocate(capacity: limits.labelsPerSeriesLimit)
        known.initialize(repeating: KnownName(word: 0, start: 0, count: 0), count: limits.labelsPerSeriesLimit)
    }

    deinit { known.deallocate() }

    /// Packs the labels that begin at `start` into `room`; returns the packed bytes and where the labels end.
    ///
    /// - Parameters:
    ///   - end: the end of the series' message.
    ///   - room: memory for `end - start + slack` bytes.
    @inline(__always)
    mutating func pack(
        _ body: UnsafeRawBufferPointer, from start: Int, to end: Int, into room: UnsafeMutableRawPointer
    ) -> (count: Int, end: Int)? {
        // Every read below stays under `end + slack`, which this line has shown to lie within the body.
        guard let base = body.baseAddress, body.count &- end >= Self.slack else { return nil }
        let (known, checksNames, labelLimit) = (known, checksNames, labelLimit)
        let (nameByteLimit, valueByteLimit) = (nameByteLimit, valueByteLimit)
        var offset = start
        var count = 0
        var labels = 0
        var previous: UInt64 = 0
        var previousName = 0..<0
        var metricName = 0..<0
        while offset < end, Self.byte(base, offset) == 0x0a {
            // The label's length, then its name with tag and length, its value with tag and length, and nothing else.
            let whole = Self.length(base, offset &+ 1)
            let nameTag = offset &+ 1 &+ whole.byteCount
            let labelEnd = nameTag &+ whole.value
            let nameCount = Int(Self.byte(base, nameTag &+ 1))
            let nameStart = nameTag &+ 2
            let valueTag = nameStart &+ nameCount
            // `valueTag` is at most 129 bytes past `nameTag`, so it is looked at only where the label has as many.
            guard whole.byteCount > 0, labelEnd <= end, Self.byte(base, nameTag) == 0x0a, nameCount > 0,
                nameCount <= nameByteLimit, valueTag &+ 2 < labelEnd, Self.byte(base, valueTag) == 0x12
            else { return nil }
            let value = Self.length(base, valueTag &+ 1)
            let valueStart = valueTag &+ 1 &+ value.byteCount
            guard value.byteCount > 0, valueStart &+ value.value == labelEnd, value.value > 0,
                value.value <= valueByteLimit, labels < labelLimit
            else { return nil }
            let loaded = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: nameStart, as: UInt64.self))
            let word = nameCount >= 8 ? loaded : loaded & ~(~0 &<< UInt64(8 &* nameCount))
            let order = word.byteSwapped
            let name = Range(uncheckedBounds: (nameStart, valueTag))
            if order <= previous {
                guard order == previous, Self.isAscending(body, previousName, name) else { return nil }
            }
            previous = order
            previousName = name
            if checksNames {
                let before = known + labels
                if before.pointee.word != word || before.pointee.count != nameCount
                    || !(nameCount <= 8
                        || ByteWords.areEqual(base + before.pointee.start, base + nameStart, count: nameCount))
                {
                    guard Self.faults(base, name, word) == 0 else { return nil }
                    before.pointee = KnownName(word: word, start: nameStart, count: nameCount)
                }
            }
            if word == LabelPacker.metricNameWord, nameCount == 8 {
                metricName = Range(uncheckedBounds: (valueStart, labelEnd))
            }
            room.storeBytes(of: UInt8(truncatingIfNeeded: nameCount), toByteOffset: count, as: UInt8.self)
            Self.copy(base + nameStart, nameCount, to: room + count + 1)
            count &+= 1 &+ nameCount
            Self.copy(base + valueTag + 1, labelEnd &- valueTag &- 1, to: room + count)
            count &+= labelEnd &- valueTag &- 1
            labels &+= 1
            offset = labelEnd
        }
        guard !metricName.isEmpty, !checksNames || isValidMetricName(base, metricName) else { return nil }
        guard Self.isASCII(base, start, offset) || Self.areUTF8(UnsafeRawBufferPointer(start: room, count: count))
        else { return nil }
        return (count, offset)
    }

    @inline(__always)
    private static func byte(_ base: UnsafeRawPointer, _ offset: Int) -> UInt8 {
        base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A length of one or two bytes in its shortest form, and how many bytes it has; 0 of them where it is not one.
    @inline(__always)
    private static func length(_ base: UnsafeRawPointer, _ offset: Int) -> (value: Int, byteCount: Int) {
        let first = byte(base, offset)
        if first < 0x80 { return (Int(first), 1) }
        let second = byte(base, offset &+ 1)
        guard second < 0x80, second > 0 else { return (0, 0) }
        return (Int(first & 0x7f) | Int(second) &<< 7, 2)
    }

    @inline(__always)
    private mutating func isValidMetricName(_ base: UnsafeRawPointer, _ name: Range<Int>) -> Bool {
        if name.count == knownMetricName.count,
            ByteWords.areEqual(base + knownMetricName.lowerBound, base + name.lowerBound, count: name.count)
        {
            return true
        }
        guard Self.metricNameFaults(base, name) == 0 else { return false }
        knownMetricName = name
        return true
    }

    /// As `faults`, for a metric's name.
    @inline(__always)
    private static func metricNameFaults(_ base: UnsafeRawPointer, _ name: Range<Int>) -> UInt64 {
        var bad: UInt64 = byte(base, name.lowerBound) &- 0x30 < 10 ? 1 : 0
        var offset = name.lowerBound
        while offset < name.upperBound {
            let rest = name.upperBound &- offset
            var word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            if rest < 8 { word = word & ~(~0 &<< UInt64(8 &* rest)) | letters &<< UInt64(8 &* rest) }
            bad |= ByteWords.notInMetricName(word) | word & ByteWords.highBits
            offset &+= 8
        }
        return bad
    }

    private static let letters: UInt64 = 0x6161_6161_6161_6161

    /// Nonzero where a byte of the name is not allowed in one; `word` is its first eight bytes.
    @inline(never)
    private static func faults(_ base: UnsafeRawPointer, _ name: Range<Int>, _ word: UInt64) -> UInt64 {
        let filled = name.count < 8 ? word | letters << UInt64(8 * name.count) : word
        // A digit first: its byte is 0x30 to 0x39.
        let first = UInt8(truncatingIfNeeded: word) &- 0x30
        // A sum may carry from a byte above 0x7f into the next one, but then the name is bad already.
        var bad = ByteWords.notInName(filled) | filled & ByteWords.highBits | (first < 10 ? 1 : 0)
        var offset = 8
        while offset < name.count {
            let rest = name.count &- offset
            let next = ByteWords.load(base + name.lowerBound + offset, count: rest, readable: 8)
            bad |= ByteWords.notInName(rest < 8 ? next | letters << UInt64(8 * rest) : next) | next & ByteWords.highBits
            offset &+= 8
        }
        return bad
    }

    @inline(never)
    private static func isAscending(_ body: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        LabelPacker.order(
            UnsafeRawBufferPointer(rebasing: body[left]), UnsafeRawBufferPointer(rebasing: body[right])) < 0
    }

    /// Copies at least `count` bytes, in steps of 32.
    @inline(__always)
    static func copy(_ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer) {
        var offset = 0
        repeat {
            target.storeBytes(
                of: source.loadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self), toByteOffset: offset,
                as: SIMD32<UInt8>.self)
            offset &+= 32
        } while offset < count
    }

    /// Whether no byte from `start` to `end` has its high bit set, lengths included; reads whole words past `end`
    /// only where the last ones are less than eight bytes.
    @inline(__always)
    private static func isASCII(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
        var seen = SIMD4<UInt64>()
        var offset = start
        while end - offset >= 32 {
            seen |= base.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
            offset &+= 32
        }
        var rest = seen[0] | seen[1] | seen[2] | seen[3]
        while offset < end {
            rest |= ByteWords.load(base + offset, count: end - offset, readable: 8)
            offset &+= 8
        }
        return rest & ByteWords.highBits == 0
    }

    /// Whether each string of the packed labels is UTF-8.
    @inline(never)
    private static func areUTF8(_ packed: UnsafeRawBufferPointer) -> Bool {
        var strings = PackedStrings(packed)
        while let string = strings.next() {
            if !ByteWords.isUTF8(string) { return false }
        }
        return true
    }
}
