internal import LabelMatching
internal import MetricModel

extension Expression {
    /// Whether it is made of series, at one time or over a range.
    var isSeries: Bool { type == .vector || type == .matrix }

    /// Whether no two of its series have the same compared labels, whatever the data.
    ///
    /// Series of a source differ in some label, so those differ in a compared one that are pinned to one value each in
    /// the others, above all in their name. Where a function takes the name away, it joins what is equal then.
    func isUnique(in matching: VectorMatching) -> Bool {
        switch self {
        case .number, .string: return false
        case .selector(let selector): return selector.isUnique(in: matching)
        case .range(let range): return range.selector.isUnique(in: matching)
        case .subquery(let subquery): return subquery.inner.isUnique(in: matching)
        case .call(let call):
            guard call.function.keepsLabels, let series = call.arguments.first(where: \.isSeries) else { return false }
            return series.isUnique(in: matching)
        case .aggregation(let aggregation):
            let isOneOfEach = !aggregation.operation.selectsSeries && aggregation.operation != .countValues
            return isOneOfEach && !aggregation.isWithout && aggregation.grouping.allSatisfy(matching.compares)
        case .binary(let operation):
            switch (operation.left.isSeries, operation.right.isSeries) {
            case (true, false): return operation.left.isUnique(in: matching)
            case (false, true): return operation.right.isUnique(in: matching)
            default: return false
            }
        case .unary(let unary): return unary.operand.isUnique(in: matching)
        case .parenthesised(let parenthesised): return parenthesised.inner.isUnique(in: matching)
        }
    }
}

extension VectorSelector {
    fileprivate func isUnique(in matching: VectorMatching) -> Bool {
        // All labels but a few are compared, or a few of all that there may be.
        guard !matching.isOn else { return false }
        return (matching.labels + ["__name__"]).allSatisfy { name in
            matchers.contains { $0.operation == .equal && $0.name.hasEqualBytes(name) }
        }
    }
}
