internal import LabelMatching
internal import MetricModel

/// The labels of a final file but the metric's name: an index from labels to sets of labels.
///
/// As a `LabelIndexReader` it finds sets where others find series.
final class FinalLabels {
    private let database: Database
    private let names: [(first: Int64, name: String)]
    private let findLabel: Statement
    private let labelsInRange: Statement
    private let findSets: Statement
    /// A set's labels, packed, and where among them a metric's name belongs.
    private struct PackedSet {
        let bytes: [UInt8]
        let namePlace: Int
    }

    /// Cleared when there are `setCacheLimit`.
    private var packedSets: [UInt32: PackedSet] = [:]
    private let setCacheLimit = 1 << 16
    private static let metricLabel = "__name__"
    /// The row of sets that was read last, the number of its first, and of each the labels' numbers.
    private var lastRow: (first: Int, sets: [[UInt32]]) = (1, [])
    /// Above the numbers of all labels.
    private let labelLimit: Int64
    /// Sets are numbered from 1 to this.
    let setCount: Int

    init(_ database: Database, _ properties: FinalProperties) throws(StoreError) {
        self.database = database
        names = properties.labelNames
        setCount = properties.labelSetCount
        // The first label of that number or a higher one: deletion leaves gaps.
        findLabel = try database.prepare("SELECT id, value, label_sets FROM labels WHERE id >= ? ORDER BY id LIMIT 1")
        labelsInRange = try database.prepare(
            "SELECT value, label_sets FROM labels WHERE id >= ? AND id < ? ORDER BY id")
        findSets = try database.prepare(
            "SELECT first_set, labels FROM label_sets WHERE first_set <= ? ORDER BY first_set DESC LIMIT 1")
        let numbers = Int64(1)...Int64(UInt32.max - 1)
        let labels = try database.range(of: "id", in: "labels") ?? 1...1
        guard numbers.contains(labels.lowerBound), numbers.contains(labels.upperBound) else {
            throw .damaged(database.path, "labels numbered \(labels)")
        }
        labelLimit = labels.upperBound + 1
    }

    /// The labels of one name.
    private func range(of name: String) -> Range<Int64>? {
        // Swift takes two names for equal where Unicode calls them equivalent; labels are bytes.
        guard let position = names.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        let end = position + 1 < names.count ? names[position + 1].first : Int64.max
        return names[position].first < end ? names[position].first..<end : nil
    }

    private func name(ofLabel number: Int64) -> String? { names.last { $0.first <= number }?.name }

    /// The number of a label with its sets, found by halving: values ascend with their numbers.
    func label(name: String, value: [UInt8]) throws(StoreError) -> (number: Int64, sets: [UInt32])? {
        guard let range = range(of: name) else { return nil }
        var low = range.lowerBound
        var high = min(range.upperBound, labelLimit)
        while low < high {
            let middle = low + (high - low) / 2
            try findLabel.bind(1, middle)
            defer { findLabel.reset() }
            guard try findLabel.step(), findLabel.integer(0) < high else {
                high = middle
                continue
            }
            let order = findLabel.withBytes(1) { Self.order($0, value) }
            if order == 0 { return (findLabel.integer(0), try sets(findLabel, 2)) }
            if order < 0 { low = findLabel.integer(0) + 1 } else { high = middle }
        }
        return nil
    }

    /// Below 0, 0 or above, as memcmp.
    static func order(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// The sets that a label is in: all of them where there is no list.
    private func sets(_ label: Statement, _ column: Int32) throws(StoreError) -> [UInt32] {
        if label.isNull(column) { return try allSeries() }
        guard let numbers = Postings.decode(label.bytes(column)) else { throw .damaged(database.path, "label_sets") }
        return numbers
    }

    /// The packed labels of a series: those of its set, and the metric's name in its place.
    func packed(set: UInt32, metric: String) throws(StoreError) -> [UInt8] {
        let others = try packed(set: set)
        guard !metric.isEmpty else { return others.bytes }
        var packed: [UInt8] = []
        // The lengths of both texts take a few bytes each.
        packed.reserveCapacity(others.bytes.count + Self.metricLabel.utf8.count + metric.utf8.count + 8)
        packed += others.bytes[..<others.namePlace]
        for text in [Self.metricLabel, metric] {
            Labels.appendLength(text.utf8.count, to: &packed)
            packed += text.utf8
        }
        packed += others.bytes[others.namePlace...]
        return packed
    }

    private static func namePlace(in others: [UInt8]) -> Int {
        others.withUnsafeBytes { bytes in
            var walk = PackedLabelWalk()
            var place = 0
            while let label = walk.next(in: bytes), bytes[label.name].lexicographicallyPrecedes(metricLabel.utf8) {
                place = label.value.upperBound
            }
            return place
        }
    }

    private func packed(set: UInt32) throws(StoreError) -> PackedSet {
        if let known = packedSets[set] { return known }
        var packed: [UInt8] = []
        for number in try labels(ofSet: set) {
            try findLabel.bind(1, Int64(number))
            defer { findLabel.reset() }
            guard try findLabel.step(), findLabel.integer(0) == Int64(number), let name = name(ofLabel: Int64(number))
            else { throw .damaged(database.path, "no label \(number)") }
            Labels.appendLength(name.utf8.count, to: &packed)
            packed += name.utf8
            findLabel.withBytes(1) { value in
                Labels.appendLength(value.count, to: &packed)
                packed += value
            }
        }
        if packedSets.count >= setCacheLimit { packedSets.removeAll() }
        let known = PackedSet(bytes: packed, namePlace: Self.namePlace(in: packed))
        packedSets[set] = known
        return known
    }

    func labels(ofSet set: UInt32) throws(StoreError) -> [UInt32] {
        if !lastRow.sets.indices.contains(Int(set) - lastRow.first) { lastRow = try row(ofSet: set) }
        guard lastRow.sets.indices.contains(Int(set) - lastRow.first) else {
            throw .damaged(database.path, "no label set \(set)")
        }
        return lastRow.sets[Int(set) - lastRow.first]
    }

    private func row(ofSet set: UInt32) throws(StoreError) -> (first: Int, sets: [[UInt32]]) {
        try findSets.bind(1, Int64(set))
        defer { findSets.reset() }
        guard try findSets.step() else { throw .damaged(database.path, "no label set \(set)") }
        let first = findSets.integer(0)
        guard first > 0, let numbers = findSets.withBytes(1, NumberList.decode) else {
            throw .damaged(database.path, "the label sets from \(first) on")
        }
        var sets: [[UInt32]] = []
        var labels: [UInt32] = []
        var last = 0
        for number in numbers {
            if number == 0 {
                sets.append(labels)
                (labels, last) = ([], 0)
                continue
            }
            last += number
            guard last < labelLimit else { throw .damaged(database.path, "no label \(last)") }
            labels.append(UInt32(last))
        }
        return (Int(first), sets)
    }

    /// The set of exactly these labels, given packed and without the metric's name.
    func set(ofPacked labels: [(name: String, value: [UInt8])]) throws(StoreError) -> UInt32? {
        var numbers: [UInt32] = []
        var candidates: [UInt32]?
        for label in labels {
            guard let found = try self.label(name: label.name, value: label.value) else { return nil }
            numbers.append(UInt32(truncatingIfNeeded: found.number))
            candidates = candidates.map { Postings.intersection($0, found.sets) } ?? found.sets
        }
        if candidates == nil { candidates = try allSeries() }
        for candidate in candidates ?? [] where try self.labels(ofSet: candidate) == numbers {
            return candidate
        }
        return nil
    }
}

extension FinalLabels: LabelIndexReader {
    func allSeries() throws(StoreError) -> [UInt32] { setCount > 0 ? Array(1...UInt32(setCount)) : [] }

    func series(name: String, value: [UInt8]) throws(StoreError) -> [UInt32] {
        try label(name: name, value: value)?.sets ?? []
    }

    func series(
        name: String, valuesWhere isWanted: (UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) -> [[UInt32]] {
        guard let range = range(of: name) else { return [] }
        try labelsInRange.bind(1, range.lowerBound)
        try labelsInRange.bind(2, range.upperBound)
        defer { labelsInRange.reset() }
        var lists: [[UInt32]] = []
        while try labelsInRange.step() {
            if labelsInRange.withBytes(0, isWanted) { lists.append(try sets(labelsInRange, 1)) }
        }
        return lists
    }

    func labelNames() throws(StoreError) -> [String] { names.map(\.name) }

    func labelValues(of name: String) throws(StoreError) -> [String] {
        guard let range = range(of: name) else { return [] }
        try labelsInRange.bind(1, range.lowerBound)
        try labelsInRange.bind(2, range.upperBound)
        defer { labelsInRange.reset() }
        var values: [String] = []
        while try labelsInRange.step() { values.append(labelsInRange.text(0)) }
        return values
    }
}
