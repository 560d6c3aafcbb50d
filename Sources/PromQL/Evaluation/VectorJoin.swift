internal import MetricModel

/// The join of two vectors in the making: "many" series, each with at most one "one" series a step.
struct VectorJoin {
    let node: BinaryOperation
    /// Whether the "one" side is the left operand.
    let isSwapped: Bool
    let many: [StepSeries]
    let one: [StepSeries]
    let stepCount: Int
    let delaysNameRemoval: Bool
    private(set) var result: [StepSeries] = []
    /// The steps at which any "many" series has a value, once somebody has asked.
    private var manyPresent: [Bool]?

    init(
        node: BinaryOperation, isSwapped: Bool, many: [StepSeries], one: [StepSeries], stepCount: Int,
        delaysNameRemoval: Bool
    ) {
        self.node = node
        self.isSwapped = isSwapped
        self.many = many
        self.one = one
        self.stepCount = stepCount
        self.delaysNameRemoval = delaysNameRemoval
    }

    /// The series of each match group.
    static func grouped(_ ordinals: [Int], _ count: Int) -> [[Int]] {
        var groups = Array(repeating: [Int](), count: count)
        for (index, ordinal) in ordinals.enumerated() { groups[ordinal].append(index) }
        return groups
    }

    /// Throws where two series of the "one" side share a match group at a step at which there is a "many" side, or at
    /// which one would be filled in.
    /// `work` is told what it costs.
    mutating func checkUnique(
        _ members: [Int], _ group: Labels, _ work: (Int) throws(QueryError) -> Void
    ) throws(QueryError) {
        let manyPresent = try presenceOfMany(work)
        for step in 0..<stepCount where node.matching.fills || manyPresent[step] {
            try work(members.count)
            let present = members.filter { !StaleMarker.isStale(one[$0].values[step]) }
            guard present.count > 1 else { continue }
            let texts = present.prefix(2).map { ExactText(one[$0].labels.listed) }.sorted()
            throw .execution(
                "found duplicate series for the match group \(group.listed) on the \(isSwapped ? "left" : "right") "
                    + "hand-side of the operation: [\(texts[0]), \(texts[1])];many-to-many matching not allowed: "
                    + "matching labels must be unique on one side")
        }
    }

    private mutating func presenceOfMany(_ work: (Int) throws(QueryError) -> Void) throws(QueryError) -> [Bool] {
        if let manyPresent { return manyPresent }
        var present = [Bool](repeating: false, count: stepCount)
        for series in many {
            try work(stepCount)
            for step in 0..<stepCount where !StaleMarker.isStale(series.values[step]) { present[step] = true }
        }
        manyPresent = present
        return present
    }

    /// Matches the series of one group. `hold` is told how many samples a result needs before they are allocated, and
    /// what of that is given back.
    mutating func match(
        _ manyMembers: [Int], _ oneMembers: [Int], _ group: Labels, _ hold: (Int) throws(QueryError) -> Void
    ) throws(QueryError) {
        // Which steps have a result already: for the group in one-to-one, for each result otherwise.
        var taken: [Labels: [Bool]] = [:]
        var ones = oneMembers.map { one[$0] }
        let isOneToOne = node.matching.cardinality == .oneToOne
        if let fill = node.matching.fillRight, !manyMembers.isEmpty {
            try hold(stepCount)
            ones.append(filled(fill, group, unless: ones))
        }
        for manyIndex in manyMembers {
            for one in ones {
                let labels = resultLabels(many[manyIndex].labels, one.labels)
                let key = isOneToOne ? Labels.empty : labels
                if manyMembers.count > 1 { try take(many[manyIndex], one, &taken[key, default: []], isOneToOne) }
                try add(many[manyIndex], one, labels, hold)
            }
        }
        guard let fill = node.matching.fillLeft, !oneMembers.isEmpty else { return }
        try hold(stepCount)
        let missing = filled(fill, group, unless: manyMembers.map { many[$0] })
        for member in oneMembers {
            try add(missing, one[member], resultLabels(missing.labels, one[member].labels), hold)
        }
    }

    /// What stands for the partner of a group at the steps at which none of its series has a value.
    private func filled(_ value: Double, _ group: Labels, unless series: [StepSeries]) -> StepSeries {
        let values = (0..<stepCount).map { step in
            series.contains { !StaleMarker.isStale($0.values[step]) } ? StaleMarker.value : value
        }
        return StepSeries(labels: group, values: values)
    }

    private mutating func add(
        _ many: StepSeries, _ one: StepSeries, _ labels: Labels, _ hold: (Int) throws(QueryError) -> Void
    ) throws(QueryError) {
        try hold(stepCount)
        let values = combined(many.values, one.values)
        guard values.contains(where: { !StaleMarker.isStale($0) }) else {
            try hold(-stepCount)
            return
        }
        result.append(StepSeries(labels: labels, dropsName: delaysNameRemoval && node.returnsBool, values: values))
    }

    /// Notes the steps at which two series meet; meeting twice is an error even where a comparison filters it out.
    private func take(
        _ many: StepSeries, _ one: StepSeries, _ taken: inout [Bool], _ isOneToOne: Bool
    ) throws(QueryError) {
        if taken.isEmpty { taken = Array(repeating: false, count: stepCount) }
        for step in 0..<stepCount {
            guard !StaleMarker.isStale(many.values[step]), !StaleMarker.isStale(one.values[step]) else { continue }
            if taken[step] {
                throw .execution(
                    isOneToOne
                        ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                        : "multiple matches for labels: grouping labels must ensure unique matches")
            }
            taken[step] = true
        }
    }

    private func combined(_ manyValues: [Double], _ oneValues: [Double]) -> [Double] {
        var values = [Double](repeating: StaleMarker.value, count: stepCount)
        let operation = node.operation
        let filters = operation.isComparison && !node.returnsBool
        for step in 0..<stepCount {
            guard !StaleMarker.isStale(manyValues[step]), !StaleMarker.isStale(oneValues[step]) else { continue }
            let left = isSwapped ? oneValues[step] : manyValues[step]
            let right = isSwapped ? manyValues[step] : oneValues[step]
            if filters {
                if BinaryArithmetic.holds(operation, left, right) { values[step] = left }
            } else {
                values[step] = BinaryArithmetic.value(operation, left, right)
            }
        }
        return values
    }

    /// The labels of a result: the "many" side's, reduced to what matched in one-to-one, with the labels taken over
    /// from the "one" side.
    private func resultLabels(_ manyLabels: Labels, _ oneLabels: Labels) -> Labels {
        var labels = manyLabels
        if !node.operation.isComparison || (node.returnsBool && !delaysNameRemoval) {
            labels = labels.withoutMetadata
        }
        if node.matching.cardinality == .oneToOne {
            labels = node.matching.isOn ? labels.keeping(node.matching.labels) : labels.removing(node.matching.labels)
        }
        for name in node.matching.included { labels = labels.setting(name, to: oneLabels[name] ?? "") }
        return labels
    }
}
