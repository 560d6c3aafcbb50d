internal import LabelMatching

/// Sharing matchers where it depends on what the source has.
extension Evaluation {
    func sharingMatchers(_ tree: Expression, textByteCount: Int, _ grid: StepGrid) -> Expression {
        MatcherSharing.applied(
            to: tree, textByteCount: textByteCount, checksTypeLabel: options.checksTypeLabel
        ) { [unowned self] node in isFreeOfTypes(node, grid) }
    }

    /// Whether what a selector reads, or a range of one, has none of the labels that go with a metric's name; true, too,
    /// where names are not taken off before the end.
    ///
    /// The source is asked for all its series, which its index answers at once. Whatever fails here fails in the
    /// evaluation as well, in its order.
    private func isFreeOfTypes(_ node: Expression, _ grid: StepGrid) -> Bool {
        if options.delaysNameRemoval { return true }
        do {
            let times = try timesRead(node, grid)
            let interruption = interruption
            for label in ["__type__", "__unit__"] {
                let values = try source.labelValues(
                    of: label, matching: [], from: times.from, through: times.through, limit: 1
                ) { interruption() != nil }
                if !values.isEmpty { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private func timesRead(
        _ node: Expression, _ grid: StepGrid
    ) throws(QueryError) -> (from: Int64, through: Int64) {
        let shift: TimeShift
        let (before, after): (Int64, Int64)
        switch node {
        case .selector(let selector):
            shift = selector.shift
            before = options.lookbackMilliseconds
            after = selector.rangeExtension == .smoothed ? before : 0
        case .range(let range):
            shift = range.selector.shift
            let margins = WindowMargins(range.selector.rangeExtension, lookback: options.lookbackMilliseconds)
            before = try self.range(range.rangeMilliseconds, range.rangeExpression) + margins.before
            after = margins.after
        default: preconditionFailure("only selectors read series")
        }
        let reference = try reference(shift)
        return (
            reference.time(at: grid.startMilliseconds) - before + 1,
            reference.time(at: grid.lastMilliseconds) + after
        )
    }
}
