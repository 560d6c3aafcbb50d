extension Expression {
    /// The longest text that stays on one line, in bytes.
    private static let lineLimit = 100

    /// The tree as text for people to read, in Prometheus's layout: what would be longer than 100 bytes is broken at
    /// its operators and parentheses, and what is inside is indented by two spaces.
    package var pretty: String { pretty(level: 0) }

    private func pretty(level: Int) -> String {
        let indent = String(repeating: "  ", count: level)
        let plain = description
        if case .unary(let unary) = self {
            let operand = unary.operand.pretty(level: level).drop { $0 == " " }
            return indent + (unary.isMinus ? "-" : "+") + operand
        }
        guard plain.utf8.count > Expression.lineLimit else {
            // A subquery that fits is not indented: so Prometheus has it.
            if case .subquery = self { return plain }
            return indent + plain
        }
        func block(_ head: String, _ parts: [Expression]) -> String {
            let lines = parts.map { $0.pretty(level: level + 1) }
            return "\(indent)\(head)(\n" + lines.joined(separator: ",\n") + "\n\(indent))"
        }
        switch self {
        case .aggregation(let node): return block(node.head, (node.parameter.map { [$0] } ?? []) + [node.operand])
        case .call(let node): return block(node.function.rawValue, node.arguments)
        case .parenthesised(let node): return block("", [node.inner])
        case .binary(let node):
            return node.left.pretty(level: level + 1) + "\n\(indent)\(node.operatorText)\n"
                + node.right.pretty(level: level + 1)
        case .subquery(let node): return node.inner.pretty(level: level) + node.suffix
        case .number, .string, .selector, .range, .unary: return indent + plain
        }
    }
}
