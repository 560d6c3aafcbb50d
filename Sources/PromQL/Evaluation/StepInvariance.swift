/// Tells which expressions come to the same at every step.
enum StepInvariance {
    static func holds(for node: Expression) -> Bool {
        switch node {
        case .number, .string: true
        case .selector(let selector): selector.shift.fixedTime != nil
        case .range(let range): range.selector.shift.fixedTime != nil
        case .subquery(let subquery): subquery.shift.fixedTime != nil
        case .call(let call): !call.function.dependsOnTime && node.children.allSatisfy(holds)
        case .aggregation, .binary, .unary, .parenthesised: node.children.allSatisfy(holds)
        }
    }
}
