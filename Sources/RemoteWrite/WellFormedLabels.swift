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

    let limits: DecodeLimits
    /// The names of the series before, one for each label a series may have: most series have the names of their
    /// neighbour, and what is equal to a valid name is valid. Owned, freed once in `deinit`.
    private let known: UnsafeMutablePointer<KnownName>
    private var knownMetricName = 0..<0
    /// How many bytes more than the labels' own may be read and written, so that copies need not end exactly.
    static let slack = 64

    init(limits: DecodeLimits) {
        precondition(
            (1...65_536).contains(limits.labelsPerSeriesLimit), "\(limits.labelsPerSeriesLimit) labels a series")
        self.limits = limits
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
        guard let base = body.baseAddress, body.count - end >= Self.slack else { return nil }
        let checksNames = limits.namesOf1 == .prometheusClassic
        var offset = start
        var count = 0
        var labels = 0
        var previous: UInt64 = 0
        var previousName = 0..<0
        var metricName = 0..<0
        while offset < end, byte(base, offset) == 0x0a {
            guard let label = fields(base, offset, end) else { return nil }
            let word = ByteWords.load(base + label.name.lowerBound, count: label.name.count, readable: 8)
            let order = word.byteSwapped
            if order <= previous {
                guard order == previous, isAscending(body, previousName, label.name) else { return nil }
            }
            previous = order
            previousName = label.name
            guard labels < limits.labelsPerSeriesLimit, !checksNames || isValid(base, label.name, word, labels) else {
                return nil
            }
            if word == LabelPacker.metricNameWord, label.name.count == 8 { metricName = label.value }
            room.storeBytes(of: UInt8(truncatingIfNeeded: label.name.count), toByteOffset: count, as: UInt8.self)
            Self.copy(base + label.name.lowerBound, label.name.count, to: room + count + 1)
            count &+= 1 &+ label.name.count
            Self.copy(base + label.valueLength, label.end &- label.valueLength, to: room + count)
            count &+= label.end &- label.valueLength
            labels &+= 1
            offset = label.end
        }
        guard !metricName.isEmpty, !checksNames || isValidMetricName(body, metricName) else { return nil }
        guard isASCII(base, start, offset) || areUTF8(UnsafeRawBufferPointer(start: room, count: count)) else {
            return nil
        }
        return (count, offset)
    }

    @inline(__always)
    private func byte(_ base: UnsafeRawPointer, _ offset: Int) -> UInt8 {
        base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A length of one or two bytes in its shortest form, and how many bytes it has.
    @inline(__always)
    private func length(_ base: UnsafeRawPointer, _ offset: Int) -> (value: Int, byteCount: Int)? {
        let first = byte(base, offset)
        if first < 0x80 { return (Int(first), 1) }
        let second = byte(base, offset &+ 1)
        guard second < 0x80, second > 0 else { return nil }
        return (Int(first & 0x7f) | Int(second) << 7, 2)
    }

    /// A label's ranges: tag, length, name with tag and length, value with tag and length, and nothing else.
    @inline(__always)
    private func fields(
        _ base: UnsafeRawPointer, _ offset: Int, _ end: Int
    ) -> (name: Range<Int>, value: Range<Int>, valueLength: Int, end: Int)? {
        guard let whole = length(base, offset &+ 1) else { return nil }
        let nameTag = offset &+ 1 &+ whole.byteCount
        let labelEnd = nameTag &+ whole.value
        let nameCount = Int(byte(base, nameTag &+ 1))
        let nameStart = nameTag &+ 2
        let valueTag = nameStart &+ nameCount
        guard labelEnd <= end, byte(base, nameTag) == 0x0a, nameCount > 0, nameCount < 0x80,
            nameCount <= limits.labelNameByteLimit, valueTag &+ 2 < labelEnd, byte(base, valueTag) == 0x12,
            let value = length(base, valueTag &+ 1)
        else { return nil }
        let valueStart = valueTag &+ 1 &+ value.byteCount
        guard value.value > 0, valueStart &+ value.value == labelEnd, value.value <= limits.labelValueByteLimit
        else { return nil }
        return (
            Range(uncheckedBounds: (nameStart, valueTag)), Range(uncheckedBounds: (valueStart, labelEnd)),
            valueTag &+ 1, labelEnd
        )
    }

    /// Whether the name at this place among the labels follows 1.0's grammar; `word` is its first eight bytes.
    @inline(__always)
    private func isValid(_ base: UnsafeRawPointer, _ name: Range<Int>, _ word: UInt64, _ place: Int) -> Bool {
        let before = known[place]
        if before.word == word, before.count == name.count,
            name.count <= 8 || ByteWords.areEqual(base + before.start, base + name.lowerBound, count: name.count)
        {
            return true
        }
        guard faults(base, name, word) == 0 else { return false }
        known[place] = KnownName(word: word, start: name.lowerBound, count: name.count)
        return true
    }

    @inline(__always)
    private mutating func isValidMetricName(_ body: UnsafeRawBufferPointer, _ name: Range<Int>) -> Bool {
        guard let base = body.baseAddress else { return false }
        if name.count == knownMetricName.count,
            ByteWords.areEqual(base + knownMetricName.lowerBound, base + name.lowerBound, count: name.count)
        {
            return true
        }
        let bytes = UnsafeRawBufferPointer(rebasing: body[name])
        guard ByteWords.isClassicName(bytes, ofMetric: true, readable: body.count - name.lowerBound) else {
            return false
        }
        knownMetricName = name
        return true
    }

    /// Nonzero where a byte of the name is not allowed in one; `word` is its first eight bytes.
    @inline(__always)
    private func faults(_ base: UnsafeRawPointer, _ name: Range<Int>, _ word: UInt64) -> UInt64 {
        let letters: UInt64 = 0x6161_6161_6161_6161
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
    private func isAscending(_ body: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
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
    private func isASCII(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
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
    private func areUTF8(_ packed: UnsafeRawBufferPointer) -> Bool {
        var strings = PackedStrings(packed)
        while let string = strings.next() {
            if !ByteWords.isUTF8(string) { return false }
        }
        return true
    }
}
