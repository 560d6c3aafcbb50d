internal import MetricModel

/// Gathers the series of a day and puts them into the order of its final form: by metric, then by their other labels.
///
/// Of a series only three numbers are held; names, labels and sets of labels are held once.
struct FinalIndexBuilder {
    /// One series, and where its samples are now.
    struct Entry {
        var metric: UInt32
        var labelSet: UInt32
        /// Its place in the final part, and its number in the tables of seals; nil where it is not there.
        var finalSeries: FinalSeries?
        var sealedSeries: UInt32?
    }

    private var metricNumbers: [[UInt8]: UInt32] = [:]
    private var labelNumbers: [[UInt8]: UInt32] = [:]
    private var setNumbers: [[UInt32]: UInt32] = [:]
    private(set) var metrics: [[UInt8]] = []
    /// Packed pairs.
    private(set) var labels: [[UInt8]] = []
    /// Of each set the labels' numbers, in the order of the labels' names.
    private(set) var labelSets: [[UInt32]] = []
    private(set) var entries: [Entry] = []
    /// The labels called `instance`.
    private var instanceLabels: Range<UInt32> = 0..<0

    private static let metricLabel = Array("__name__".utf8)

    mutating func add(packedLabels: [UInt8], finalSeries: FinalSeries? = nil, sealedSeries: UInt32? = nil) {
        var metric: [UInt8] = []
        var set: [UInt32] = []
        packedLabels.withUnsafeBytes { bytes in
            var walk = PackedLabelWalk()
            var start = 0
            while let label = walk.next(in: bytes) {
                if bytes[label.name].elementsEqual(Self.metricLabel) {
                    metric = Array(bytes[label.value])
                } else {
                    set.append(Self.number(Array(bytes[start..<label.value.upperBound]), &labelNumbers, &labels))
                }
                start = label.value.upperBound
            }
        }
        let entry = Entry(
            metric: Self.number(metric, &metricNumbers, &metrics),
            labelSet: Self.number(set, &setNumbers, &labelSets), finalSeries: finalSeries, sealedSeries: sealedSeries)
        entries.append(entry)
    }

    private static func number<Key: Hashable>(
        _ key: Key, _ numbers: inout [Key: UInt32], _ all: inout [Key]
    ) -> UInt32 {
        if let known = numbers[key] { return known }
        let number = UInt32(all.count)
        numbers[key] = number
        all.append(key)
        return number
    }

    /// Numbers everything anew, counted from 0: metrics and labels by name and value, sets by how many series have them.
    /// So the numbers depend on the series alone, not on the order in which they were added.
    mutating func settle() {
        let metricRanks = Self.sort(&metrics) { $0.lexicographicallyPrecedes($1) }
        let labelRanks = Self.sort(&labels) { Self.precedes($0, $1) }
        var uses = [Int](repeating: 0, count: labelSets.count)
        for entry in entries { uses[Int(entry.labelSet)] += 1 }
        var sets = labelSets.indices.map { index in
            (uses: uses[index], labels: labelSets[index].map { labelRanks[Int($0)] })
        }
        let setRanks = Self.sort(&sets) { left, right in
            left.uses != right.uses ? left.uses > right.uses : left.labels.lexicographicallyPrecedes(right.labels)
        }
        labelSets = sets.map(\.labels)
        for index in entries.indices {
            entries[index].metric = metricRanks[Int(entries[index].metric)]
            entries[index].labelSet = setRanks[Int(entries[index].labelSet)]
        }
        entries.sort { ($0.metric, $0.labelSet) < ($1.metric, $1.labelSet) }
        let instances = labels.indices.filter { Self.parts(labels[$0]).name.elementsEqual("instance".utf8) }
        if let first = instances.first { instanceLabels = UInt32(first)..<UInt32(first + instances.count) }
        (metricNumbers, labelNumbers, setNumbers) = ([:], [:], [:])
        mergeEqual()
    }

    /// A series may be in the final part and among the late rows.
    private mutating func mergeEqual() {
        var merged: [Entry] = []
        merged.reserveCapacity(entries.count)
        for entry in entries {
            if let last = merged.last, last.metric == entry.metric, last.labelSet == entry.labelSet {
                merged[merged.count - 1].finalSeries = last.finalSeries ?? entry.finalSeries
                merged[merged.count - 1].sealedSeries = last.sealedSeries ?? entry.sealedSeries
            } else {
                merged.append(entry)
            }
        }
        entries = merged
    }

    /// Which machine's series have this set: the number of its label `instance`, or that of no label.
    func machine(ofSet set: UInt32) -> UInt32 {
        labelSets[Int(set)].first { instanceLabels.contains($0) } ?? .max
    }

    /// The hashes of a series' labels, summed.
    func labelHashes(of entry: Entry) -> UInt64 {
        var hashes = labelSets[Int(entry.labelSet)].reduce(UInt64(0)) { sum, label in
            sum &+ labels[Int(label)].withUnsafeBytes(StableHash.hash)
        }
        let metric = metrics[Int(entry.metric)]
        if !metric.isEmpty {
            var pair: [UInt8] = []
            for text in [Self.metricLabel, metric] {
                Labels.appendLength(text.count, to: &pair)
                pair.append(contentsOf: text)
            }
            hashes &+= pair.withUnsafeBytes(StableHash.hash)
        }
        return hashes
    }

    /// Sorts, and answers the new place of each old one.
    private static func sort<Element>(_ all: inout [Element], _ precedes: (Element, Element) -> Bool) -> [UInt32] {
        let order = all.indices.sorted { precedes(all[$0], all[$1]) }
        var ranks = [UInt32](repeating: 0, count: all.count)
        for (rank, index) in order.enumerated() { ranks[index] = UInt32(rank) }
        all = order.map { all[$0] }
        return ranks
    }

    /// By name, then by value.
    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let (left, right) = (parts(left), parts(right))
        if left.name == right.name { return left.value.lexicographicallyPrecedes(right.value) }
        return left.name.lexicographicallyPrecedes(right.name)
    }

    /// The name and the value of a packed pair.
    static func parts(_ pair: [UInt8]) -> (name: [UInt8], value: [UInt8]) {
        pair.withUnsafeBytes { bytes in
            var walk = PackedLabelWalk()
            guard let label = walk.next(in: bytes) else { return ([], []) }
            return (Array(bytes[label.name]), Array(bytes[label.value]))
        }
    }
}
