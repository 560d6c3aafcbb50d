internal import LabelMatching
internal import PromQL

/// Syntax trees in the form of `parse_query`.
extension JSONBytes {
    mutating func tree(_ node: Expression) {
        switch node {
        case .number(let literal):
            raw("{\"type\":\"numberLiteral\",\"val\":")
            string(GoNumber.fixed(literal.value))
        case .string(let literal):
            raw("{\"type\":\"stringLiteral\",\"val\":")
            string(literal.value)
        case .selector(let selector):
            raw("{\"type\":\"vectorSelector\"")
            fields(of: selector)
        case .range(let range):
            raw("{\"type\":\"matrixSelector\",\"range\":")
            integer(range.rangeMilliseconds)
            duration("rangeExpr", range.rangeExpression)
            fields(of: range.selector)
        case .subquery(let subquery):
            raw("{\"type\":\"subquery\",\"range\":")
            integer(subquery.rangeMilliseconds)
            duration("rangeExpr", subquery.rangeExpression)
            raw(",\"step\":")
            integer(subquery.stepMilliseconds ?? 0)
            duration("stepExpr", subquery.stepExpression)
            fields(of: subquery.shift)
            child("expr", subquery.inner)
        case .call(let call): fields(of: call)
        case .aggregation(let aggregation): fields(of: aggregation)
        case .binary(let operation): fields(of: operation)
        case .unary(let unary):
            raw("{\"type\":\"unaryExpr\",\"op\":")
            string(unary.isMinus ? "-" : "+")
            child("expr", unary.operand)
        case .parenthesised(let parenthesised):
            raw("{\"type\":\"parenExpr\"")
            child("expr", parenthesised.inner)
        }
        raw("}")
    }

    private mutating func child(_ name: String, _ node: Expression?) {
        raw(",")
        string(name)
        raw(":")
        if let node { tree(node) } else { raw("null") }
    }

    private mutating func fields(of selector: VectorSelector) {
        raw(",\"name\":")
        string(selector.name)
        raw(",\"matchers\":")
        array(selector.matchers) { json, matcher in
            json.raw("{\"type\":")
            json.string(matcher.operation.rawValue)
            json.raw(",\"name\":")
            json.string(matcher.name)
            json.raw(",\"value\":")
            json.string(matcher.value)
            json.raw("}")
        }
        raw(selector.rangeExtension == .anchored ? ",\"anchored\":true" : ",\"anchored\":false")
        raw(selector.rangeExtension == .smoothed ? ",\"smoothed\":true" : ",\"smoothed\":false")
        fields(of: selector.shift)
    }

    private mutating func fields(of shift: TimeShift) {
        raw(",\"offset\":")
        integer(shift.offsetMilliseconds)
        duration("offsetExpr", shift.offsetExpression)
        raw(",\"timestamp\":")
        if case .unixMilliseconds(let time) = shift.fixedTime { integer(time) } else { raw("null") }
        raw(",\"startOrEnd\":")
        switch shift.fixedTime {
        case .start: string("start")
        case .end: string("end")
        default: raw("null")
        }
    }

    private mutating func fields(of call: Call) {
        let signature = call.function.signature
        raw("{\"type\":\"call\",\"func\":{\"name\":")
        string(call.function.rawValue)
        raw(",\"argTypes\":")
        strings(signature.arguments.map(\.rawValue))
        raw(",\"variadic\":")
        integer(Int64(signature.variadic))
        raw(",\"returnType\":")
        string(signature.result.rawValue)
        raw("},\"args\":")
        array(call.arguments) { $0.tree($1) }
    }

    private mutating func fields(of aggregation: Aggregation) {
        raw("{\"type\":\"aggregation\",\"op\":")
        string(aggregation.operation.rawValue)
        raw(",\"grouping\":")
        strings(aggregation.grouping)
        raw(aggregation.isWithout ? ",\"without\":true" : ",\"without\":false")
        child("param", aggregation.parameter)
        child("expr", aggregation.operand)
    }

    private mutating func fields(of operation: BinaryOperation) {
        raw("{\"type\":\"binaryExpr\",\"op\":")
        string(operation.operation.rawValue)
        raw(operation.returnsBool ? ",\"bool\":true" : ",\"bool\":false")
        raw(",\"matching\":")
        if operation.left.type == .vector, operation.right.type == .vector {
            fields(of: operation.matching, isSet: operation.operation.isSet)
        } else {
            raw("null")
        }
        child("lhs", operation.left)
        child("rhs", operation.right)
    }

    private mutating func fields(of matching: VectorMatching, isSet: Bool) {
        let cardinality =
            switch matching.cardinality {
            case _ where isSet: "many-to-many"
            case .oneToOne: "one-to-one"
            case .manyToOne: "many-to-one"
            case .oneToMany: "one-to-many"
            case .manyToMany: "many-to-many"
            }
        raw("{\"card\":")
        string(cardinality)
        raw(",\"labels\":")
        strings(matching.labels)
        raw(matching.isOn ? ",\"on\":true" : ",\"on\":false")
        raw(",\"include\":")
        strings(matching.included)
        raw(",\"fillValues\":{\"lhs\":")
        fill(matching.fillLeft)
        raw(",\"rhs\":")
        fill(matching.fillRight)
        raw("}}")
    }

    /// A number, which JSON cannot write where it is not finite: then null, as for none.
    private mutating func fill(_ value: Double?) {
        if let value, value.isFinite { raw(GoNumber.api(value)) } else { raw("null") }
    }
}
