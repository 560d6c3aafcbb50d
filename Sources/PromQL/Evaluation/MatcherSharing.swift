internal import LabelMatching
internal import MetricModel

/// Shares matchers between the operands of vector operations: writes the query as a user would who knew what belongs
/// together, so that less is read. Results, errors and remarks stay what they were; see `SharedMatchers`.
///
/// Only selectors are given matchers, and what makes something of each series by itself. Of that a series without
/// partner may show, too: `rate` remarks on a metric that looks like no counter, and where names are taken off, two
/// series that differ in nothing else are an error.
package struct MatcherSharing {
    /// Whether a selector, or range of one, that is read at the query's own steps has no two series that differ only in
    /// what says what a metric is, beside the name.
    package typealias SourceCheck = (Expression) -> Bool

    /// How many bytes of matchers may still be added: the texts of parts are compared, and grow by them.
    private var bytesLeft: Int
    /// Texts of what reads series and is to stay as it is.
    private var kept: Set<[UInt8]> = []
    private var subqueryDepth = 0
    private let checksTypeLabel: Bool
    private let isFreeOfTypes: SourceCheck

    private init(_ textByteCount: Int, _ checksTypeLabel: Bool, _ isFreeOfTypes: @escaping SourceCheck) {
        bytesLeft = RepeatedParts.textLimit - textByteCount
        self.checksTypeLabel = checksTypeLabel
        self.isFreeOfTypes = isFreeOfTypes
    }

    /// The tree to evaluate in place of `tree`, whose text has so many bytes. Queries too long to be looked through for
    /// repeated parts stay as they are. `checksTypeLabel` is that of the options; `isFreeOfTypes` is asked only where
    /// an answer makes a difference.
    package static func applied(
        to tree: Expression, textByteCount: Int, checksTypeLabel: Bool = false,
        isFreeOfTypes: @escaping SourceCheck = { _ in false }
    ) -> Expression {
        let unused = MatcherSharing(textByteCount, checksTypeLabel, isFreeOfTypes)
        guard unused.bytesLeft > 0 else { return tree }
        var sharing = unused
        let shared = sharing.sharing(in: tree).node
        if sharing.bytesLeft == unused.bytesLeft { return tree }
        let divided = dividedReadings(tree, shared)
        if divided.isEmpty { return shared }
        sharing = unused
        sharing.kept = divided
        return sharing.sharing(in: tree).node
    }

    /// The node with matchers shared within it, and conditions that the labels of all its series meet.
    private mutating func sharing(in node: Expression) -> (node: Expression, known: [LabelMatcher]) {
        switch node {
        case .number, .string: return (node, [])
        case .selector(let selector): return (node, selector.matchers.filter(Self.isShared))
        case .range(let range): return (node, range.selector.matchers.filter(Self.isShared))
        case .subquery(var subquery):
            subqueryDepth += 1
            let inner = sharing(in: subquery.inner)
            subqueryDepth -= 1
            subquery.inner = inner.node
            return (.subquery(subquery), inner.known)
        case .call(var call):
            var known: [LabelMatcher] = []
            for index in call.arguments.indices {
                let argument = sharing(in: call.arguments[index])
                call.arguments[index] = argument.node
                if call.function.keepsLabels, argument.node.isSeries { known = argument.known }
            }
            return (.call(call), known)
        case .aggregation(var aggregation):
            if let parameter = aggregation.parameter { aggregation.parameter = sharing(in: parameter).node }
            let operand = sharing(in: aggregation.operand)
            aggregation.operand = operand.node
            return (.aggregation(aggregation), operand.known.filter { aggregation.keeps($0.name) })
        case .binary(let operation): return sharing(in: operation)
        case .unary(var unary):
            let operand = sharing(in: unary.operand)
            unary.operand = operand.node
            return (.unary(unary), operand.known)
        case .parenthesised(var parenthesised):
            let inner = sharing(in: parenthesised.inner)
            parenthesised.inner = inner.node
            return (.parenthesised(parenthesised), inner.known)
        }
    }

    private mutating func sharing(in operation: BinaryOperation) -> (node: Expression, known: [LabelMatcher]) {
        var operation = operation
        let left = sharing(in: operation.left)
        let right = sharing(in: operation.right)
        (operation.left, operation.right) = (left.node, right.node)
        guard left.node.isSeries, right.node.isSeries else {
            // A number has none, and a vector beside one keeps its labels.
            return (.binary(operation), operation.operation.isTrim ? [] : left.known + right.known)
        }
        let shared = SharedMatchers(operation, left.known, right.known)
        operation.left = adding(shared.ofLeft, to: left.node)
        operation.right = adding(shared.ofRight, to: right.node)
        return (.binary(operation), shared.ofResult)
    }

    /// The operand without the series that do not meet the matchers, or as it is. `losesNames` where names are taken
    /// off what comes of it.
    private mutating func adding(
        _ matchers: [LabelMatcher], to node: Expression, losesNames: Bool = false
    ) -> Expression {
        if matchers.isEmpty { return node }
        switch node {
        case .selector(var selector):
            guard !isKept(node), !losesNames || staysApart(node, selector) else { return node }
            add(matchers, to: &selector)
            return .selector(selector)
        case .range(var range):
            guard !losesNames || staysApart(node, range.selector) else { return node }
            add(matchers, to: &range.selector)
            return .range(range)
        case .call(let call):
            guard !isKept(node) else { return node }
            return .call(adding(matchers, to: call, losesNames: losesNames))
        case .binary(var operation):
            if operation.operation.isTrim { return node }
            let losesNames = losesNames || !operation.operation.isComparison || operation.returnsBool
            switch (operation.left.isSeries, operation.right.isSeries) {
            case (true, false):
                operation.left = adding(matchers, to: operation.left, losesNames: losesNames)
            case (false, true):
                operation.right = adding(matchers, to: operation.right, losesNames: losesNames)
            default: return node
            }
            return .binary(operation)
        case .unary(var unary):
            unary.operand = adding(matchers, to: unary.operand, losesNames: true)
            return .unary(unary)
        case .parenthesised(var parenthesised):
            parenthesised.inner = adding(matchers, to: parenthesised.inner, losesNames: losesNames)
            return .parenthesised(parenthesised)
        case .number, .string, .subquery, .aggregation: return node
        }
    }

    private mutating func adding(_ matchers: [LabelMatcher], to call: Call, losesNames: Bool) -> Call {
        guard call.function.treatsSeriesAlone, let index = call.arguments.firstIndex(where: \.isSeries) else {
            return call
        }
        let keepsNames = call.function == .firstOverTime || call.function == .lastOverTime
        if call.function == .rate || call.function == .increase {
            guard case .range(let range) = call.arguments[index].withoutParentheses, !isRemarkedOn(range.selector)
            else { return call }
        }
        var call = call
        call.arguments[index] = adding(matchers, to: call.arguments[index], losesNames: losesNames || !keepsNames)
        return call
    }

    private mutating func add(_ matchers: [LabelMatcher], to selector: inout VectorSelector) {
        for matcher in matchers where !selector.matchers.contains(matcher) {
            let byteCount = matcher.name.utf8.count + matcher.value.utf8.count + 4
            guard byteCount <= bytesLeft else { continue }
            bytesLeft -= byteCount
            // The last one is the name where that stands outside the braces.
            selector.matchers.insert(matcher, at: 0)
        }
    }

    /// Whether series stay different where names are taken off them.
    private func staysApart(_ node: Expression, _ selector: VectorSelector) -> Bool {
        subqueryDepth == 0 && selector.metricName != nil && isFreeOfTypes(node)
    }

    /// Whether `rate` and `increase` may say that a metric looks like no counter.
    private func isRemarkedOn(_ selector: VectorSelector) -> Bool {
        guard !checksTypeLabel, let name = selector.metricName else { return true }
        return !Evaluation.isNameOfCounter(name)
    }

    /// Not the names of a metric, which functions remove, nor what only says whether there is a label: that leaves out
    /// few series, and an index has to go through all the others for it.
    private static func isShared(_ matcher: LabelMatcher) -> Bool {
        if ["__name__", "__type__", "__unit__"].contains(matcher.name) { return false }
        switch matcher.test {
        case .literal(let value): return !value.isEmpty
        case .anything: return false
        case .anyOf, .prefix, .suffix, .pattern: return true
        }
    }

    // MARK: Parts that the query repeats

    /// Texts of what reads the same in several places of `tree`, and in some of them other series in `shared`: it would
    /// be read more often than once.
    private static func dividedReadings(_ tree: Expression, _ shared: Expression) -> Set<[UInt8]> {
        var texts: [[UInt8]: [UInt8]] = [:]
        var divided: Set<[UInt8]> = []
        func compare(_ node: Expression, _ other: Expression) {
            if isReading(node) {
                let (text, otherText) = (text(of: node), text(of: other))
                if texts[text, default: otherText] != otherText { divided.insert(text) }
                texts[text] = otherText
            }
            for (child, otherChild) in zip(node.children, other.children) { compare(child, otherChild) }
        }
        compare(tree, shared)
        return divided
    }

    /// Whether it is a selector, or a function with its range.
    private static func isReading(_ node: Expression) -> Bool {
        switch node {
        case .selector: true
        case .call(let call): call.arguments.contains { $0.type == .matrix }
        default: false
        }
    }

    private static func text(of node: Expression) -> [UInt8] { Array(node.description.utf8) }

    private func isKept(_ node: Expression) -> Bool { !kept.isEmpty && kept.contains(Self.text(of: node)) }
}

extension VectorSelector {
    /// The name of all its series, where it says so.
    fileprivate var metricName: String? {
        matchers.first { $0.name == "__name__" && $0.operation == .equal }?.value
    }
}

extension Aggregation {
    /// Whether what holds of a label in all series holds in all results.
    fileprivate func keeps(_ label: String) -> Bool {
        if operation.selectsSeries { return true }
        if operation == .countValues { return false }
        return grouping.contains { $0.hasEqualBytes(label) } != isWithout
    }
}
