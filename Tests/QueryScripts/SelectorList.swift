package import LabelMatching
package import PromQL

/// The matchers of every selector in a query.
package enum SelectorList {
    package static func of(_ node: Expression) -> [[LabelMatcher]] {
        switch node {
        case .number, .string: []
        case .selector(let selector): [selector.matchers]
        case .range(let range): [range.selector.matchers]
        case .subquery(let subquery): of(subquery.inner)
        case .call(let call): call.arguments.flatMap { of($0) }
        case .aggregation(let aggregation):
            of(aggregation.operand) + (aggregation.parameter.map { of($0) } ?? [])
        case .binary(let operation): of(operation.left) + of(operation.right)
        case .unary(let unary): of(unary.operand)
        case .parenthesised(let parenthesised): of(parenthesised.inner)
        }
    }
}
