@testable import PromQL

/// Fixes a query in time by giving every selector and subquery an `@`.
enum AtModifier {
    /// nil where the query depends on its evaluation time in other ways.
    static func adding(_ time: Int64, to node: Expression) -> Expression? {
        switch node {
        case .number, .string: return node
        case .selector(var selector):
            if selector.shift.fixedTime == nil { selector.shift.fixedTime = .unixMilliseconds(time) }
            return .selector(selector)
        case .range(var range):
            if range.selector.shift.fixedTime == nil { range.selector.shift.fixedTime = .unixMilliseconds(time) }
            return .range(range)
        case .subquery(let subquery): return adding(time, to: subquery)
        case .call(let call):
            if call.function.dependsOnTime || call.function.isQueryContext { return nil }
            let arguments = call.arguments.compactMap { adding(time, to: $0) }
            guard arguments.count == call.arguments.count else { return nil }
            return .call(Call(function: call.function, arguments: arguments, textRange: call.textRange))
        case .aggregation(let node):
            guard let operand = adding(time, to: node.operand) else { return nil }
            var parameter: Expression?
            if let old = node.parameter {
                parameter = adding(time, to: old)
                if parameter == nil { return nil }
            }
            return .aggregation(
                Aggregation(
                    operation: node.operation, parameter: parameter, operand: operand, grouping: node.grouping,
                    isWithout: node.isWithout, textRange: node.textRange))
        case .binary(let node):
            guard let left = adding(time, to: node.left), let right = adding(time, to: node.right) else { return nil }
            return .binary(
                BinaryOperation(
                    operation: node.operation, left: left, right: right, returnsBool: node.returnsBool,
                    matching: node.matching))
        case .unary(let node):
            guard let operand = adding(time, to: node.operand) else { return nil }
            return .unary(UnaryOperation(isMinus: node.isMinus, operand: operand, start: node.start))
        case .parenthesised(let node):
            guard let inner = adding(time, to: node.inner) else { return nil }
            return .parenthesised(Parenthesised(inner: inner, textRange: node.textRange))
        }
    }

    /// A subquery's inner selectors move with its own steps; only the subquery itself is fixed.
    private static func adding(_ time: Int64, to subquery: Subquery) -> Expression? {
        var subquery = subquery
        if subquery.shift.fixedTime == nil { subquery.shift.fixedTime = .unixMilliseconds(time) }
        return .subquery(subquery)
    }
}
