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

    /// Throws where two series of the "one" side share a match group at a step at which there is a "many" side.
    func checkUnique(_ members: [Int], _ group: Labels) throws(QueryError) {
        for step in 0..<stepCount {
            let present = members.filter { !StaleMarker.isStale(one[$0].values[step]) }
            guard present.count > 1, many.contains(where: { !StaleMarker.isStale($0.values[step]) }) else { continue }
            let texts = [one[present[0]].labels.listed, one[present[1]].labels.listed].sorted()
            throw .execution(
                "found duplicate series for the match group \(group.listed) on the \(isSwapped ? "left" : "right") "
                    + "hand-side of the operation: [\(texts[0]), \(texts[1])];many-to-many matching not allowed: "
                    + "matching labels must be unique on one side")
        }
    }

    /// Matches the series of one group.
    mutating func match(_ manyMembers: [Int], _ oneMembers: [Int]) throws(QueryError) {
        // Which steps have a result already: for the group in one-to-one, for each result otherwise.
        var taken: [Labels: [Bool]] = [:]
        let isOneToOne = node.matching.cardinality == .oneToOne
        let checksTaken = manyMembers.count > 1
        for manyIndex in manyMembers {
            for oneIndex in oneMembers {
                let labels = resultLabels(many[manyIndex].labels, one[oneIndex].labels)
                let key = isOneToOne ? Labels.empty : labels
                if checksTaken { try take(manyIndex, oneIndex, &taken[key, default: []], isOneToOne) }
                let values = combined(many[manyIndex].values, one[oneIndex].values)
                guard values.contains(where: { !StaleMarker.isStale($0) }) else { continue }
                let dropsName = delaysNameRemoval && (node.returnsBool || many[manyIndex].dropsName)
                result.append(StepSeries(labels: labels, dropsName: dropsName, values: values))
            }
        }
    }

    /// Notes the steps at which two series meet; meeting twice is an error even where a comparison filters it out.
    private func take(
        _ manyIndex: Int, _ oneIndex: Int, _ taken: inout [Bool], _ isOneToOne: Bool
    ) throws(QueryError) {
        if taken.isEmpty { taken = Array(repeating: false, count: stepCount) }
        for step in 0..<stepCount {
            let isPresent =
                !StaleMarker.isStale(many[manyIndex].values[step])
                && !StaleMarker.isStale(one[oneIndex].values[step])
            guard isPresent else { continue }
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
