internal import MetricModel

/// `sum by (label) (expression)` and its kin.
package struct Aggregation: Sendable {
    package let operation: AggregationOperator
    package var parameter: Expression?
    package var operand: Expression
    package let grouping: [String]
    /// Whether `grouping` lists the labels to leave out.
    package let isWithout: Bool
    package let textRange: TextRange
}

/// Which series of two vectors belong together.
package struct VectorMatching: Hashable, Sendable {
    package enum Cardinality: Hashable, Sendable {
        case oneToOne
        /// `group_left`: many series on the left for each on the right.
        case manyToOne
        /// `group_right`.
        case oneToMany
        /// Set operators.
        case manyToMany
    }

    package var cardinality: Cardinality = .oneToOne
    /// The labels of `on` or `ignoring`.
    package var labels: [String] = []
    package var isOn = false
    /// The labels that `group_left` or `group_right` takes over from the "one" side.
    package var included: [String] = []
    /// What stands for a partner that is missing on the left, where the query says so.
    package var fillLeft: Double?
    package var fillRight: Double?

    package var fills: Bool { fillLeft != nil || fillRight != nil }

    /// Whether series that belong together have the same value of a label.
    func compares(_ label: String) -> Bool {
        let isListed = labels.contains { $0.hasEqualBytes(label) }
        return isOn ? isListed : !isListed && label != "__name__"
    }
}

package struct BinaryOperation: Sendable {
    package let operation: BinaryOperator
    package var left: Expression
    package var right: Expression
    /// Whether a comparison gives 0 and 1 instead of filtering.
    package let returnsBool: Bool
    package var matching: VectorMatching
}
