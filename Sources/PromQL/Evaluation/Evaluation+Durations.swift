extension Evaluation {
    /// A range, which must be above zero.
    func range(_ milliseconds: Int64, _ expression: DurationExpression?) throws(QueryError) -> Int64 {
        guard let expression else { return milliseconds }
        return try duration(expression, isPositive: true)
    }

    /// A duration expression in whole milliseconds. Errors have places as Prometheus prints these: byte offsets of
    /// start and end.
    func duration(_ expression: DurationExpression, isPositive: Bool) throws(QueryError) -> Int64 {
        let seconds = try value(of: expression)
        if !seconds.isFinite { throw unsuitable(expression, "duration is NaN or infinite") }
        if isPositive, seconds <= 0 { throw unsuitable(expression, "duration must be greater than 0") }
        if seconds.magnitude > 0x1p63 / 1e9 { throw unsuitable(expression, "duration is out of range") }
        return Int64((seconds * 1000).rounded(.towardZero))
    }

    private func unsuitable(_ expression: DurationExpression, _ message: String) -> QueryError {
        .unsuitable("\(expression.textRange.start):\(expression.textRange.end): \(message)")
    }

    private func value(of expression: DurationExpression) throws(QueryError) -> Double {
        switch expression {
        case .literal(let literal): return literal.value
        case .step: return Double(stepMilliseconds) / 1000
        case .range: return Double(end - start) / 1000
        case .negated(let inner, _): return -(try value(of: inner))
        case .parenthesised(let inner, _): return try value(of: inner)
        case .extreme(let isMaximum, let left, let right):
            let values = (try value(of: left), try value(of: right))
            if values.0.isNaN || values.1.isNaN { return .nan }
            return isMaximum ? max(values.0, values.1) : min(values.0, values.1)
        case .arithmetic(let operation, let left, let right):
            let values = (try value(of: left), try value(of: right))
            if values.1 == 0, operation == .divide { throw unsuitable(expression, "division by zero") }
            if values.1 == 0, operation == .modulo { throw unsuitable(expression, "modulo by zero") }
            return BinaryArithmetic.value(operation, values.0, values.1)
        }
    }
}
