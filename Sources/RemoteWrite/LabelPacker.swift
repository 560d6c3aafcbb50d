/// Gathers the labels of series in packed form (see MetricModel's `Labels`), one series behind the other, and holds them
/// against the rules.
///
/// The labels of a well-behaved sender are sorted already, and then this is one copy with the checks beside it. Only
/// where they are not, they are sorted and copied again.
struct LabelPacker: ~Copyable {
    /// Owned memory, freed once in `deinit`; `ensure` keeps `capacity` at least eight bytes ahead of every write.
    private var room: UnsafeMutableRawPointer
    private var capacity: Int
    /// The bytes of all series so far, and where those of the one being read begin.
    private(set) var count = 0
    private(set) var start = 0
    private(set) var labelCount = 0
    /// The first broken rule of this series.
    private(set) var problem: SeriesRefusal.Reason?
    private(set) var emptyLabels = 0
    private var isSorted = true
    private var hasMetricName = false
    private var previousName = UnsafeRawBufferPointer(start: nil, count: 0)
    private var previousWord: UInt64 = 0
    private let limits: DecodeLimits

    /// `expectedByteCount` is about what the labels of the message will take; more is found where they need it.
    init(limits: DecodeLimits, expectedByteCount: Int) {
        self.limits = limits
        capacity = expectedByteCount + 4096
        room = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    }

    deinit { room.deallocate() }

    /// Begins the next series.
    @inline(__always)
    mutating func begin() {
        start = count
        labelCount = 0
        problem = nil
        isSorted = true
        hasMetricName = false
        emptyLabels = 0
        previousName = UnsafeRawBufferPointer(start: nil, count: 0)
        previousWord = 0
    }

    /// Forgets the labels of the series being read.
    @inline(__always)
    mutating func discard() { count = start }

    /// Marks the series as refused, unless it is already.
    @inline(__always)
    mutating func refuse(_ reason: SeriesRefusal.Reason) {
        if problem == nil { problem = reason }
    }

    /// Takes a label whose name and value lie in `bytes`, which outlives the series.
    ///
    /// `areStringsUTF8` says that the caller has checked that already (the symbols of 2.0).
    @inline(__always)
    mutating func append(
        name: Range<Int>, value: Range<Int>, in bytes: UnsafeRawBufferPointer, rule: LabelNameRule,
        areStringsUTF8: Bool
    ) {
        guard problem == nil else { return }
        guard let base = bytes.baseAddress, !name.isEmpty else { return refuse(.emptyLabelName) }
        labelCount += 1
        guard labelCount <= limits.labelsPerSeriesLimit else { return refuse(.tooManyLabels) }
        guard name.count <= limits.labelNameByteLimit else { return refuse(.labelNameTooLong) }
        guard value.count <= limits.labelValueByteLimit else { return refuse(.labelValueTooLong) }
        let nameBytes = UnsafeRawBufferPointer(start: base + name.lowerBound, count: name.count)
        let readable = bytes.count - name.lowerBound
        let word = ByteWords.load(base + name.lowerBound, count: name.count, readable: readable)
        noteOrder(of: nameBytes, word: word)
        let isMetricName = name.count == 8 && word == Self.metricNameWord
        checkName(nameBytes, rule: rule, readable: readable, areStringsUTF8: areStringsUTF8)
        guard !value.isEmpty else {
            emptyLabels += 1
            return
        }
        ensure(name.count + value.count + 24)
        copy(nameBytes, readable: readable)
        let valueBytes = UnsafeRawBufferPointer(start: base + value.lowerBound, count: value.count)
        let valueReadable = bytes.count - value.lowerBound
        let highBits = copy(valueBytes, readable: valueReadable)
        if highBits != 0, !areStringsUTF8, !ByteWords.isUTF8(valueBytes) { refuse(.notUTF8) }
        guard isMetricName else { return }
        hasMetricName = true
        if rule == .prometheusClassic,
            !ByteWords.isClassicName(valueBytes, ofMetric: true, readable: valueReadable)
        {
            refuse(.badMetricName)
        }
    }

    /// Ends the series: what is wrong with it, or nil where `packed` now holds its labels.
    mutating func finish() -> SeriesRefusal.Reason? {
        if problem == nil, !isSorted { sort() }
        if problem == nil, !hasMetricName { problem = .missingName }
        return problem
    }

    /// The labels of the series being read in packed form; valid until more is packed.
    var packed: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: room + start, count: count - start) }

    /// Those of all series; valid until more is packed.
    var everything: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: room, count: count) }

    /// Whether the labels had to be sorted.
    var wasUnsorted: Bool { !isSorted }

    /// `__name__` as a little-endian word.
    static let metricNameWord: UInt64 = 0x5f5f_656d_616e_5f5f

    /// Compares with the label before. The first eight bytes decide nearly always.
    @inline(__always)
    private mutating func noteOrder(of name: UnsafeRawBufferPointer, word: UInt64) {
        if word == previousWord {
            let order = LabelPacker.order(previousName, name)
            if order == 0 { refuse(.duplicateLabelName) }
            if order > 0 { isSorted = false }
        } else if word.byteSwapped < previousWord.byteSwapped {
            isSorted = false
        }
        previousName = name
        previousWord = word
    }

    @inline(__always)
    private mutating func checkName(
        _ name: UnsafeRawBufferPointer, rule: LabelNameRule, readable: Int, areStringsUTF8: Bool
    ) {
        switch rule {
        case .prometheusClassic:
            if !ByteWords.isClassicName(name, ofMetric: false, readable: readable) { refuse(.badLabelName) }
        case .utf8:
            if !areStringsUTF8, !ByteWords.isUTF8(name) { refuse(.notUTF8) }
        }
    }

    /// Appends a length and the bytes; returns the high bits of the bytes, 0 where all are ASCII.
    @inline(__always) @discardableResult
    private mutating func copy(_ bytes: UnsafeRawBufferPointer, readable: Int) -> UInt64 {
        var rest = bytes.count
        while rest >= 0x80 {
            room.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            rest >>= 7
            count += 1
        }
        room.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        count += 1
        guard let base = bytes.baseAddress else { return 0 }
        var seen: UInt64 = 0
        var offset = 0
        while offset < bytes.count {
            let word = ByteWords.load(base + offset, count: bytes.count - offset, readable: readable - offset)
            room.storeBytes(of: word.littleEndian, toByteOffset: count + offset, as: UInt64.self)
            seen |= word
            offset += 8
        }
        count += bytes.count
        return seen & ByteWords.highBits
    }

    /// Memory for at least `more` bytes of the series just begun, for a path that packs by itself and then calls
    /// `accept`.
    @inline(__always)
    mutating func reserve(_ more: Int) -> UnsafeMutableRawPointer {
        ensure(more)
        return room + count
    }

    /// Takes what was written to the memory of `reserve`: labels that break no rule, sorted and with a metric name.
    /// Answers where they begin.
    @inline(__always)
    mutating func accept(packedCount: Int) -> Int {
        let start = count
        count &+= packedCount
        return start
    }

    /// Makes room for `more` bytes, among them the eight that a word's store may write past the end.
    @inline(__always)
    private mutating func ensure(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let wider = max(capacity * 2, count + more)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: wider, alignment: 8)
        fresh.copyMemory(from: room, byteCount: count)
        room.deallocate()
        room = fresh
        capacity = wider
    }

    /// Byte order of two names; below zero where `left` comes first.
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        for (leftByte, rightByte) in zip(left, right) where leftByte != rightByte {
            return Int(leftByte) - Int(rightByte)
        }
        return left.count - right.count
    }

    /// Writes the labels anew from `bytes`, which is a copy of what was packed here.
    mutating func rewrite(_ labels: [(name: Range<Int>, value: Range<Int>)], of bytes: UnsafeRawBufferPointer) {
        count = start
        for label in labels {
            for range in [label.name, label.value] {
                copy(UnsafeRawBufferPointer(rebasing: bytes[range]), readable: bytes.count - range.lowerBound)
            }
        }
    }
}
