/// A PromQL expression: the tree that the parser makes, the printer prints and the evaluator walks.
package indirect enum Expression: Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case selector(VectorSelector)
    case range(RangeSelector)
    case subquery(Subquery)
    case call(Call)
    case aggregation(Aggregation)
    case binary(BinaryOperation)
    case unary(UnaryOperation)
    case parenthesised(Parenthesised)

    package var textRange: TextRange {
        switch self {
        case .number(let node): node.textRange
        case .string(let node): node.textRange
        case .selector(let node): node.textRange
        case .range(let node): node.textRange
        case .subquery(let node): node.textRange
        case .call(let node): node.textRange
        case .aggregation(let node): node.textRange
        case .binary(let node): node.left.textRange.through(node.right.textRange)
        case .unary(let node): TextRange(node.start, node.operand.textRange.end)
        case .parenthesised(let node): node.textRange
        }
    }

    package var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .selector, .aggregation: .vector
        case .range, .subquery: .matrix
        case .call(let node): node.function.signature.result
        case .binary(let node): node.left.type == .scalar && node.right.type == .scalar ? .scalar : .vector
        case .unary(let node): node.operand.type
        case .parenthesised(let node): node.inner.type
        }
    }

    /// The expressions it is made of, in the order of its text.
    package var children: [Expression] {
        switch self {
        case .number, .string, .selector, .range: []
        case .subquery(let node): [node.inner]
        case .call(let node): node.arguments
        case .aggregation(let node): (node.parameter.map { [$0] } ?? []) + [node.operand]
        case .binary(let node): [node.left, node.right]
        case .unary(let node): [node.operand]
        case .parenthesised(let node): [node.inner]
        }
    }

    /// The expression without the parentheses around it.
    package var withoutParentheses: Expression {
        if case .parenthesised(let node) = self { return node.inner.withoutParentheses }
        return self
    }
}

package struct NumberLiteral: Sendable {
    package let value: Double
    /// Whether it was written as a duration, `5m`.
    package let isDuration: Bool
    package let textRange: TextRange
}

package struct StringLiteral: Sendable {
    package let value: String
    /// The bytes where they are not UTF-8, which escapes can write and `value` has replaced; else nil.
    package let invalidBytes: [UInt8]?
    package let textRange: TextRange
}

/// A function and its arguments.
package struct Call: Sendable {
    package let function: QueryFunction
    package var arguments: [Expression]
    package let textRange: TextRange
}

package struct UnaryOperation: Sendable {
    /// `+` or `-`.
    package let isMinus: Bool
    package var operand: Expression
    package let start: Int
}

package struct Parenthesised: Sendable {
    package var inner: Expression
    package let textRange: TextRange
}
