internal import LabelMatching
internal import MetricModel

/// The head's label index: for each label pair the series that have it, ascending because numbers only grow.
///
/// A pair's value is not copied: it is a place in the arena, in the labels of the first series that had it.
struct HeadLabelIndex {
    private struct Pair {
        var name: UInt32
        var value: LabelArena.Slice
        var series: AscendingNumbers
    }

    /// By the names' bytes: as texts, two of them might be equivalent.
    private var nameNumbers: [[UInt8]: Int] = [:]
    private var pairsOfName: [[UInt32]] = []
    private var pairs = PagedArray<Pair>()
    private var slots = HashSlots()

    /// Adds a series' labels, which are at `slice` in the arena.
    mutating func add(_ series: UInt32, labels slice: LabelArena.Slice, in arena: LabelArena) {
        arena.withBytes(slice) { bytes in
            var walk = PackedLabelWalk()
            while let label = walk.next(in: bytes) {
                let name = number(of: bytes[label.name])
                let value = UnsafeRawBufferPointer(rebasing: bytes[label.value])
                let place = LabelArena.Slice(
                    page: slice.page, offset: slice.offset + UInt32(label.value.lowerBound),
                    count: UInt32(label.value.count))
                add(series, name: name, value: value, at: place, in: arena)
            }
        }
    }

    private mutating func number(of name: Slice<UnsafeRawBufferPointer>) -> Int {
        let key = Array(name)
        if let known = nameNumbers[key] { return known }
        let number = pairsOfName.count
        nameNumbers[key] = number
        pairsOfName.append([])
        return number
    }

    private mutating func add(
        _ series: UInt32, name: Int, value: UnsafeRawBufferPointer, at place: LabelArena.Slice, in arena: LabelArena
    ) {
        let hash = Self.hash(name, value)
        if let found = find(hash, name, value, in: arena) {
            pairs.update(found) { $0.series.append(series) }
            return
        }
        pairs.append(Pair(name: UInt32(name), value: place, series: AscendingNumbers(series)))
        pairsOfName[name].append(UInt32(pairs.count - 1))
        slots.insert(pairs.count - 1, hash: hash)
    }

    private static func hash(_ name: Int, _ value: UnsafeRawBufferPointer) -> UInt64 {
        StableHash.hash(value) ^ (UInt64(name) &* 0x9e37_79b9_7f4a_7c15)
    }

    private func find(_ hash: UInt64, _ name: Int, _ value: UnsafeRawBufferPointer, in arena: LabelArena) -> Int? {
        slots.find(hash) { number in
            Int(pairs[number].name) == name && arena.isEqual(pairs[number].value, value)
        }
    }

    private func list(_ pair: Int) -> [UInt32] { pairs[pair].series.array }

    func series(name: String, value: [UInt8], in arena: LabelArena) -> [UInt32] {
        guard let name = nameNumbers[Array(name.utf8)] else { return [] }
        return value.withUnsafeBytes { bytes in
            find(Self.hash(name, bytes), name, bytes, in: arena).map(list) ?? []
        }
    }

    func series(
        name: String, in arena: LabelArena, valuesWhere isWanted: (UnsafeRawBufferPointer) -> Bool
    ) -> [[UInt32]] {
        guard let name = nameNumbers[Array(name.utf8)] else { return [] }
        return pairsOfName[name].compactMap { pair in
            arena.withBytes(pairs[Int(pair)].value, isWanted) ? list(Int(pair)) : nil
        }
    }

    var labelNames: [String] { nameNumbers.keys.map { String(decoding: $0, as: UTF8.self) } }

    func labelValues(of name: String, in arena: LabelArena) -> [String] {
        guard let name = nameNumbers[Array(name.utf8)] else { return [] }
        return pairsOfName[name].map { pair in
            arena.withBytes(pairs[Int(pair)].value) { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// What the index alone can say of how many there are of what; the lists at most `limit` long.
    func cardinality(limit: Int, in arena: LabelArena) -> HeadCardinality {
        var cardinality = HeadCardinality()
        cardinality.labelPairCount = pairs.count
        var (metrics, pairsBySeries) = (LargestEntries<UInt32>(limit: limit), LargestEntries<UInt32>(limit: limit))
        var (values, bytes) = (LargestEntries<String>(limit: limit), LargestEntries<String>(limit: limit))
        for (key, number) in nameNumbers {
            let name = String(decoding: key, as: UTF8.self)
            var byteCount: UInt64 = 0
            for pair in pairsOfName[number] {
                let seriesCount = UInt64(pairs[Int(pair)].series.count)
                byteCount += UInt64(pairs[Int(pair)].value.count) * seriesCount
                pairsBySeries.add(pair, seriesCount)
                if name == "__name__" { metrics.add(pair, seriesCount) }
            }
            values.add(name, UInt64(pairsOfName[number].count))
            bytes.add(name, byteCount)
        }
        let names = Dictionary(
            nameNumbers.map { ($0.value, String(decoding: $0.key, as: UTF8.self)) },
            uniquingKeysWith: { first, _ in first })
        func value(_ pair: UInt32) -> String {
            arena.withBytes(pairs[Int(pair)].value) { String(decoding: $0, as: UTF8.self) }
        }
        cardinality.seriesByMetricName = metrics.list(value)
        cardinality.valuesByLabelName = values.list { $0 }
        cardinality.bytesByLabelName = bytes.list { $0 }
        cardinality.seriesByLabelPair = pairsBySeries.list {
            "\(names[Int(pairs[Int($0)].name)] ?? "")=\(value($0))"
        }
        return cardinality
    }

    /// Memory of all of it, roughly.
    var byteCount: Int {
        var lists = 0
        pairs.forEach { lists += $0.series.byteCount }
        return pairs.count * (MemoryLayout<Pair>.stride + 4) + slots.byteCount + lists
    }
}
