internal import MetricModel

extension Evaluation {
    /// Arithmetic and comparison between two vectors, one-to-one or many-to-one.
    func join(
        _ node: BinaryOperation, _ left: [StepSeries], _ right: [StepSeries], _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        let isSwapped = node.matching.cardinality == .oneToMany
        let signatures = try signatures(left, right, node.matching)
        var join = VectorJoin(
            node: node, isSwapped: isSwapped, many: isSwapped ? right : left, one: isSwapped ? left : right,
            stepCount: grid.count, delaysNameRemoval: options.delaysNameRemoval)
        let manyGroups = VectorJoin.grouped(isSwapped ? signatures.right : signatures.left, signatures.count)
        let oneGroups = VectorJoin.grouped(isSwapped ? signatures.left : signatures.right, signatures.count)
        for ordinal in 0..<signatures.count where oneGroups[ordinal].count > 1 {
            try join.checkUnique(oneGroups[ordinal], signatures.labels[ordinal]) { count throws(QueryError) in
                try work(count)
            }
        }
        for ordinal in 0..<signatures.count {
            let isMatched = !oneGroups[ordinal].isEmpty && !manyGroups[ordinal].isEmpty
            guard isMatched || node.matching.fills else { continue }
            try join.match(manyGroups[ordinal], oneGroups[ordinal], signatures.labels[ordinal]) {
                count throws(QueryError) in
                try work(count.magnitude > Self.labelWork ? Int(count.magnitude) : Self.labelWork)
                try hold(count)
            }
        }
        return try merging(join.result)
    }
}
