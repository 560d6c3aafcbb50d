internal import LabelMatching

/// Checks that every operator and function of a tree gets the types it takes, children first, as Prometheus does.
struct TypeChecker {
    let query: String

    @discardableResult
    func check(_ node: Expression) throws(ParseError) -> ValueType {
        switch node {
        case .number, .string: break
        case .selector(let selector): try check(selector)
        case .range(let range): try check(range.selector)
        case .subquery(let subquery):
            let type = try check(subquery.inner)
            if type != .vector {
                throw error("subquery is only allowed on instant vector, got \(type.rawValue) instead", node)
            }
        case .call(let call): try check(call)
        case .aggregation(let aggregation): try check(aggregation)
        case .binary(let operation): try check(operation, node)
        case .unary(let unary):
            let type = try check(unary.operand)
            if type != .scalar, type != .vector {
                throw error(
                    "unary expression only allowed on expressions of type scalar or instant vector, "
                        + "got \"\(type.documentedName)\"", node)
            }
        case .parenthesised(let parenthesised): try check(parenthesised.inner)
        }
        return node.type
    }

    private func error(_ message: String, _ node: Expression) -> ParseError {
        ParseError(range: node.textRange, message: message, query: query)
    }

    private func check(_ selector: VectorSelector) throws(ParseError) {
        if !selector.name.isEmpty {
            if let other = selector.matchers.dropLast().first(where: { $0.name == "__name__" }) {
                throw ParseError(
                    range: selector.textRange,
                    message: "metric name must not be set twice: \(Token.quoted(selector.name)) or "
                        + Token.quoted(other.value),
                    query: query)
            }
            return
        }
        if selector.matchers.allSatisfy(\.matchesEmpty) {
            throw ParseError(
                range: selector.textRange, message: "vector selector must contain at least one non-empty matcher",
                query: query)
        }
    }

    private func expect(_ type: ValueType, of node: Expression, in context: String) throws(ParseError) {
        let actual = try check(node)
        if actual != type {
            throw error("expected type \(type.documentedName) in \(context), got \(actual.documentedName)", node)
        }
    }

    private func check(_ aggregation: Aggregation) throws(ParseError) {
        try expect(.vector, of: aggregation.operand, in: "aggregation expression")
        guard let parameter = aggregation.parameter else { return }
        let type: ValueType = aggregation.operation == .countValues ? .string : .scalar
        try expect(type, of: parameter, in: "aggregation parameter")
    }

    private func check(_ call: Call) throws(ParseError) {
        let name = Token.quoted(call.function.rawValue)
        let signature = call.function.signature
        let count = call.arguments.count
        if signature.variadic == 0, count != signature.arguments.count {
            throw error(
                "expected \(signature.arguments.count) argument(s) in call to \(name), got \(count)", .call(call))
        }
        if signature.variadic != 0 {
            let least = signature.arguments.count - 1
            if count < least {
                throw error("expected at least \(least) argument(s) in call to \(name), got \(count)", .call(call))
            }
            if signature.variadic > 0, count > least + signature.variadic {
                throw error(
                    "expected at most \(least + signature.variadic) argument(s) in call to \(name), got \(count)",
                    .call(call))
            }
        }
        if call.function == .info, count > 1 {
            try checkInfo(call)
            try expect(.vector, of: call.arguments[0], in: "call to function \(name)")
            return
        }
        for (index, argument) in call.arguments.enumerated() {
            let wanted = signature.arguments[min(index, signature.arguments.count - 1)]
            try expect(wanted, of: argument, in: "call to function \(name)")
        }
    }

    /// The second argument of `info` is no vector but a list of matchers, and may ask for empty values alone.
    private func checkInfo(_ call: Call) throws(ParseError) {
        let argument = call.arguments[1]
        if argument.type != .vector {
            throw error(
                "expected type instant vector in call to function \"info\", got \(argument.type.documentedName)",
                .call(call))
        }
        guard case .selector(let selector) = argument else {
            throw error("expected label selectors only", argument)
        }
        if !selector.name.isEmpty {
            throw error("expected label selectors only, got vector selector instead", argument)
        }
    }

    private func check(_ operation: BinaryOperation, _ node: Expression) throws(ParseError) {
        let left = try check(operation.left)
        let right = try check(operation.right)
        let operatorError = { (message: String) in
            ParseError(range: operatorRange(operation), message: message, query: query)
        }
        if operation.returnsBool, !operation.operation.isComparison {
            throw operatorError("bool modifier can only be used on comparison operators")
        }
        if operation.operation.isComparison, !operation.returnsBool, left == .scalar, right == .scalar {
            throw operatorError("comparisons between scalars must use BOOL modifier")
        }
        if operation.matching.isOn,
            let twice = operation.matching.labels.first(where: operation.matching.included.contains)
        {
            throw operatorError("label \(Token.quoted(twice)) must not occur in ON and GROUP clause at once")
        }
        for (type, side) in [(left, operation.left), (right, operation.right)] where type != .scalar && type != .vector
        {
            throw error("binary expression must contain only scalar and instant vector types", side)
        }
        try checkMatching(operation, node, areVectors: left == .vector && right == .vector)
    }

    private func checkMatching(
        _ operation: BinaryOperation, _ node: Expression, areVectors: Bool
    ) throws(ParseError) {
        let name = Token.quoted(operation.operation.rawValue)
        if !areVectors {
            if !operation.matching.labels.isEmpty {
                throw error("vector matching only allowed between instant vectors", node)
            }
            if operation.matching.fills {
                throw error("filling in missing series only allowed between instant vectors", node)
            }
            if operation.operation.isSet {
                throw error("set operator \(name) not allowed in binary scalar expression", node)
            }
        } else if operation.operation.isSet, operation.matching.cardinality != .oneToOne {
            throw error("no grouping allowed for \(name) operation", node)
        } else if operation.operation.isSet, operation.matching.fills {
            throw error("filling in missing series not allowed for set operators", node)
        }
    }

    /// The operator with its modifiers: what lies between the operands.
    private func operatorRange(_ operation: BinaryOperation) -> TextRange {
        let bytes = Array(query.utf8)
        var range = TextRange(operation.left.textRange.end, operation.right.textRange.start)
        while range.start < range.end, bytes[range.start] <= 0x20 { range.start += 1 }
        while range.end > range.start, bytes[range.end - 1] <= 0x20 { range.end -= 1 }
        return range
    }
}
