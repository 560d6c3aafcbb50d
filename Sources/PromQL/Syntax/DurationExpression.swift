/// A duration that the query works out itself, as in `[max_of(step() * 4, 1m)]`.
///
/// Numbers are seconds. `step()` and `range()` are those of the whole query, whatever subquery they stand in; both are
/// 0 in an instant query.
package indirect enum DurationExpression: Sendable {
    case literal(NumberLiteral)
    case step(TextRange)
    case range(TextRange)
    case negated(DurationExpression, start: Int)
    /// One of `+ - * / % ^`.
    case arithmetic(BinaryOperator, DurationExpression, DurationExpression)
    /// `max_of` or `min_of`.
    case extreme(isMaximum: Bool, DurationExpression, DurationExpression)
    case parenthesised(DurationExpression, start: Int)

    /// Where it stands, as Prometheus's messages count: the parentheses around an operator are not part of it.
    package var textRange: TextRange {
        switch self {
        case .literal(let literal): literal.textRange
        case .step(let range), .range(let range): range
        case .negated(let inner, let start): TextRange(start, inner.textRange.end)
        case .arithmetic(_, let left, let right), .extreme(_, let left, let right):
            left.textRange.through(right.textRange)
        case .parenthesised(.literal(let literal), let start): TextRange(start, literal.textRange.end)
        case .parenthesised(let inner, _): inner.textRange
        }
    }
}

extension DurationExpression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .literal(let literal): literal.description
        case .step: "step()"
        case .range: "range()"
        case .negated(let inner, _): "-\(inner)"
        case .arithmetic(let operation, let left, let right): "\(left) \(operation.rawValue) \(right)"
        case .extreme(let isMaximum, let left, let right): (isMaximum ? "max_of(" : "min_of(") + "\(left), \(right))"
        case .parenthesised(let inner, _): "(\(inner))"
        }
    }
}
