internal import MetricModel

extension Evaluation {
    func binary(
        _ operation: BinaryOperation, _ range: TextRange, _ grid: StepGrid
    ) throws(QueryError) -> EvaluatedValue {
        let left = try evaluate(operation.left, grid)
        let right = try evaluate(operation.right, grid)
        if operation.operation.isTrim { return try trim(operation, left, right, range) }
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            return try scalars(grid) { BinaryArithmetic.value(operation.operation, left[$0], right[$0]) }
        case (.vector(let series), .scalar(let scalars)):
            return .vector(try withScalar(operation, series, scalars, isSwapped: false))
        case (.scalar(let scalars), .vector(let series)):
            return .vector(try withScalar(operation, series, scalars, isSwapped: true))
        case (.vector(let left), .vector(let right)):
            switch operation.operation {
            case .and, .or, .unless: return .vector(try combine(operation, left, right, grid))
            default: return .vector(try join(operation, left, right, grid))
            }
        default: preconditionFailure("the type checker lets only scalars and instant vectors through")
        }
    }

    /// `</` and `>/` trim native histograms, which no source holds; of floats they only say that they cannot.
    private func trim(
        _ operation: BinaryOperation, _ left: EvaluatedValue, _ right: EvaluatedValue, _ range: TextRange
    ) throws(QueryError) -> EvaluatedValue {
        let name = operation.operation.rawValue
        var hasOperands = true
        switch (left, right) {
        case (.scalar, .scalar): throw .execution("operator \"\(name)\" not allowed for Scalar operations")
        case (.vector(let series), .scalar), (.scalar, .vector(let series)): hasOperands = !series.isEmpty
        case (.vector(let left), .vector(let right)):
            let signatures = try signatures(left, right, operation.matching)
            hasOperands = !Set(signatures.left).isDisjoint(with: signatures.right)
        default: preconditionFailure("the type checker lets only scalars and instant vectors through")
        }
        if hasOperands {
            annotations.inform(
                "incompatible sample types encountered for binary operator \"\(name)\": float \(name) float", range)
        }
        return .vector([])
    }

    /// A vector and a number for each step; `isSwapped` where the number is on the left.
    private func withScalar(
        _ node: BinaryOperation, _ series: [StepSeries], _ scalars: [Double], isSwapped: Bool
    ) throws(QueryError) -> [StepSeries] {
        let operation = node.operation
        if operation.isComparison, !node.returnsBool {
            return try mappingSteps(series, dropsName: false) { step, value in
                let holds =
                    isSwapped
                    ? BinaryArithmetic.holds(operation, scalars[step], value)
                    : BinaryArithmetic.holds(operation, value, scalars[step])
                return holds ? value : StaleMarker.value
            }
        }
        return try mappingSteps(series, dropsName: true) { step, value in
            isSwapped
                ? BinaryArithmetic.value(operation, scalars[step], value)
                : BinaryArithmetic.value(operation, value, scalars[step])
        }
    }

    /// `and`, `or` and `unless`.
    private func combine(
        _ node: BinaryOperation, _ left: [StepSeries], _ right: [StepSeries], _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        let signatures = try signatures(left, right, node.matching)
        func presence(_ series: [StepSeries], _ ordinals: [Int]) throws(QueryError) -> [[Bool]] {
            var present = Array(repeating: [Bool](), count: signatures.count)
            for (one, ordinal) in zip(series, ordinals) {
                try work(grid.count)
                if present[ordinal].isEmpty { present[ordinal] = Array(repeating: false, count: grid.count) }
                for step in 0..<grid.count where !StaleMarker.isStale(one.values[step]) {
                    present[ordinal][step] = true
                }
            }
            return present
        }
        func filtered(
            _ series: [StepSeries], _ ordinals: [Int], _ other: [[Bool]], keepsPresent: Bool
        ) throws(QueryError) -> [StepSeries] {
            var filtered: [StepSeries] = []
            for (one, ordinal) in zip(series, ordinals) {
                let present = other[ordinal]
                if present.isEmpty {
                    if !keepsPresent { filtered.append(one) }
                    continue
                }
                try work(grid.count)
                var kept = one
                for step in 0..<grid.count where present[step] != keepsPresent {
                    kept.values[step] = StaleMarker.value
                }
                if kept.values.contains(where: { !StaleMarker.isStale($0) }) { filtered.append(kept) }
            }
            return filtered
        }
        switch node.operation {
        case .and, .unless:
            let isPresent = try presence(right, signatures.right)
            return try filtered(left, signatures.left, isPresent, keepsPresent: node.operation == .and)
        default:
            let isPresent = try presence(left, signatures.left)
            let added = try filtered(right, signatures.right, isPresent, keepsPresent: false)
            return try merging(left + added)
        }
    }

    func signatures(
        _ left: [StepSeries], _ right: [StepSeries], _ matching: VectorMatching
    ) throws(QueryError) -> MatchSignatures {
        try MatchSignatures(left, right, matching) { count throws(QueryError) in try work(count) }
    }
}
