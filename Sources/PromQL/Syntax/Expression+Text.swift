internal import LabelMatching

/// The tree as text that parses to an equal tree, in Prometheus's spelling.
extension Expression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let literal): literal.description
        case .string(let literal): literal.invalidBytes.map { Token.quoted($0) } ?? Token.quoted(literal.value)
        case .selector(let selector): selector.description
        case .range(let range):
            range.selector.unshiftedText
                + "[\(DurationText.of(range.rangeMilliseconds, or: range.rangeExpression))]"
                + (range.selector.rangeExtension.map { " \($0.rawValue)" } ?? "")
                + range.selector.shift.description
        case .subquery(let subquery):
            "\(subquery.inner)" + subquery.suffix
        case .call(let call):
            call.function.rawValue + "(" + call.arguments.map(\.description).joined(separator: ", ") + ")"
        case .aggregation(let aggregation): aggregation.description
        case .binary(let operation): "\(operation.leftText) \(operation.operatorText) \(operation.right)"
        case .unary(let unary): (unary.isMinus ? "-" : "+") + unary.operand.description
        case .parenthesised(let parenthesised): "(\(parenthesised.inner))"
        }
    }
}

extension NumberLiteral: CustomStringConvertible {
    package var description: String {
        guard isDuration else { return GoNumber.fixed(value) }
        let milliseconds = Int64((value.magnitude * 1000).rounded())
        return (value < 0 ? "-" : "") + DurationText.of(milliseconds)
    }
}

extension Subquery {
    /// What follows the inner expression.
    var suffix: String {
        let step = stepExpression?.description ?? stepMilliseconds.map { DurationText.of($0) } ?? ""
        return "[\(DurationText.of(rangeMilliseconds, or: rangeExpression)):\(step)]\(shift)"
    }
}

extension VectorSelector: CustomStringConvertible {
    package var description: String {
        unshiftedText + shift.timeText + (rangeExtension.map { " \($0.rawValue)" } ?? "") + shift.offsetText
    }

    /// The name and the matchers.
    var unshiftedText: String {
        // A name outside the braces is the last matcher too; a name inside them stays there.
        var texts = (name.isEmpty ? matchers[...] : matchers.dropLast()).map(\.operatorText)
        var name = name
        if !name.isEmpty, !LabelNameText.isMetricName(name) {
            texts.insert(Token.quoted(name), at: 0)
            name = ""
        }
        let inside = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ",")
        return inside.isEmpty && !name.isEmpty ? name : "\(name){\(inside)}"
    }
}

extension LabelMatcher {
    fileprivate var operatorText: String {
        LabelNameText.of(name) + operation.rawValue + Token.quoted(value)
    }
}

extension TimeShift: CustomStringConvertible {
    package var description: String { timeText + offsetText }

    fileprivate var timeText: String {
        switch fixedTime {
        case nil: ""
        case .start: " @ start()"
        case .end: " @ end()"
        case .unixMilliseconds(let time): " @ " + GoNumber.fixed(Double(time) / 1000, decimals: 3)
        }
    }

    fileprivate var offsetText: String {
        if let offsetExpression {
            let text = offsetExpression.description
            // An operator behind an offset is the query's, unless there are parentheses before it, or were two signs.
            if case .arithmetic = offsetExpression, text.first != "(" { return " offset (\(text))" }
            return " offset \(text)"
        }
        if offsetMilliseconds == 0 { return "" }
        return " offset " + (offsetMilliseconds < 0 ? "-" : "")
            + DurationText.of(Int64(offsetMilliseconds.magnitude))
    }
}

extension Aggregation: CustomStringConvertible {
    package var description: String { head + "(" + (parameter.map { "\($0), " } ?? "") + "\(operand))" }

    /// What stands before the parenthesis.
    var head: String {
        var text = operation.rawValue
        let names = grouping.map(LabelNameText.of).joined(separator: ", ")
        if isWithout {
            text += " without (\(names)) "
        } else if !grouping.isEmpty {
            text += " by (\(names)) "
        }
        return text
    }
}

extension BinaryOperation {
    /// The left operand. A sign before it would be read as one of the whole power.
    fileprivate var leftText: String {
        if operation == .power, case .number(let literal) = left, literal.value == .infinity { return "Inf" }
        return left.description
    }

    /// The operator with its modifiers.
    var operatorText: String {
        operation.rawValue + (returnsBool ? " bool" : "") + matchingText + fillText
    }

    private var fillText: String {
        if let left = matching.fillLeft, left == matching.fillRight { return " fill (\(GoNumber.general(left)))" }
        return (matching.fillLeft.map { " fill_left (\(GoNumber.general($0)))" } ?? "")
            + (matching.fillRight.map { " fill_right (\(GoNumber.general($0)))" } ?? "")
    }

    private var matchingText: String {
        var text = ""
        guard matching.isOn || !matching.labels.isEmpty || matching.cardinality != .oneToOne else { return text }
        let names = matching.labels.map(LabelNameText.of).joined(separator: ", ")
        text += (matching.isOn ? " on (" : " ignoring (") + names + ")"
        if matching.cardinality == .manyToOne || matching.cardinality == .oneToMany {
            let included = matching.included.map(LabelNameText.of).joined(separator: ", ")
            text += (matching.cardinality == .manyToOne ? " group_left (" : " group_right (") + included + ")"
        }
        return text
    }
}
