/// Tells which expressions come to the same at every step.
enum StepInvariance {
    static func holds(for node: Expression) -> Bool {
        switch node {
        case .number, .string: true
        case .selector(let selector): selector.shift.fixedTime != nil
        case .range(let range): range.selector.shift.fixedTime != nil
        case .subquery(let subquery): subquery.shift.fixedTime != nil
        case .call(let call): !call.function.dependsOnTime && call.arguments.allSatisfy(holds)
        case .aggregation(let aggregation):
            holds(for: aggregation.operand) && (aggregation.parameter.map(holds) ?? true)
        case .binary(let operation): holds(for: operation.left) && holds(for: operation.right)
        case .unary(let unary): holds(for: unary.operand)
        case .parenthesised(let parenthesised): holds(for: parenthesised.inner)
        }
    }
}
