internal import LabelMatching
package import PromQL

/// Fixes a query in time by giving every selector and subquery an `@`.
package enum AtModifier {
    /// nil where the query depends on its evaluation time, or on the query's own times, in other ways.
    package static func adding(_ time: Int64, to node: Expression) -> Expression? {
        switch node {
        case .number, .string: return node
        case .selector(var selector):
            fix(&selector.shift, time)
            return .selector(selector)
        case .range(var range):
            fix(&range.selector.shift, time)
            return .range(range)
        case .subquery(var subquery):
            // A subquery's inner selectors move with its own steps; only the subquery itself is fixed.
            fix(&subquery.shift, time)
            return .subquery(subquery)
        case .call(var call):
            if call.function.dependsOnTime || call.function.isQueryContext { return nil }
            let arguments = call.arguments.compactMap { adding(time, to: $0) }
            guard arguments.count == call.arguments.count else { return nil }
            call.arguments = arguments
            return .call(call)
        case .aggregation(var aggregation):
            guard let operand = adding(time, to: aggregation.operand) else { return nil }
            aggregation.operand = operand
            if let old = aggregation.parameter {
                guard let parameter = adding(time, to: old) else { return nil }
                aggregation.parameter = parameter
            }
            return .aggregation(aggregation)
        case .binary(var operation):
            guard let left = adding(time, to: operation.left), let right = adding(time, to: operation.right) else {
                return nil
            }
            operation.left = left
            operation.right = right
            return .binary(operation)
        case .unary(var unary):
            guard let operand = adding(time, to: unary.operand) else { return nil }
            unary.operand = operand
            return .unary(unary)
        case .parenthesised(var parenthesised):
            guard let inner = adding(time, to: parenthesised.inner) else { return nil }
            parenthesised.inner = inner
            return .parenthesised(parenthesised)
        }
    }

    private static func fix(_ shift: inout TimeShift, _ time: Int64) {
        if shift.fixedTime == nil { shift.fixedTime = .unixMilliseconds(time) }
    }
}
