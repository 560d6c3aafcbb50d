internal import LabelMatching

/// Sharing matchers where it depends on what the source has.
extension Evaluation {
    func sharingMatchers(_ tree: Expression, textByteCount: Int, _ grid: StepGrid) -> Expression {
        MatcherSharing.applied(
            to: tree, textByteCount: textByteCount, checksTypeLabel: options.checksTypeLabel
        ) { [unowned self] node in isFreeOfTypes(node, grid) }
    }

    /// Whether nothing that a selector reads, or a range of one, has a label that goes with a metric's name; true, too,
    /// where names are not taken off before the end.
    ///
    /// Where no series at all has such a label, an index answers with one look-up. Whatever fails here fails in the
    /// evaluation as well, in its order.
    private func isFreeOfTypes(_ node: Expression, _ grid: StepGrid) -> Bool {
        if options.delaysNameRemoval { return true }
        do {
            let (matchers, from, through) = try reading(node, grid)
            let typed = try ["__type__", "__unit__"].map { [try LabelMatcher($0, .notEqual, "")] + matchers }
            let interruption = interruption
            return try source.series(matching: typed, from: from, through: through, limit: 1) {
                interruption() != nil
            }.isEmpty
        } catch {
            return false
        }
    }

    /// Which series a selector reads, or a range of one, and when.
    private func reading(
        _ node: Expression, _ grid: StepGrid
    ) throws(QueryError) -> (matchers: [LabelMatcher], from: Int64, through: Int64) {
        let selector: VectorSelector
        let (before, after): (Int64, Int64)
        switch node {
        case .selector(let instant):
            selector = instant
            before = options.lookbackMilliseconds
            after = selector.rangeExtension == .smoothed ? before : 0
        case .range(let range):
            selector = range.selector
            let margins = WindowMargins(range.selector.rangeExtension, lookback: options.lookbackMilliseconds)
            before = try self.range(range.rangeMilliseconds, range.rangeExpression) + margins.before
            after = margins.after
        default: preconditionFailure("only selectors read series")
        }
        let reference = try reference(selector.shift)
        return (
            selector.matchers, reference.time(at: grid.startMilliseconds) - before + 1,
            reference.time(at: grid.lastMilliseconds) + after
        )
    }
}
