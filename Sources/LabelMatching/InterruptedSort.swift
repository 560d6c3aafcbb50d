/// Comparisons of a sort after which it is asked again whether to go on.
private let comparisonsBetweenChecks = 1 << 12

extension Sequence {
    /// The elements in order. `isInterrupted` is asked now and then; once it holds, nothing is before anything else, so
    /// that the sort is over soon, and whoever called it asks once more.
    package func sorted(unless isInterrupted: () -> Bool, _ isOrdered: (Element, Element) -> Bool) -> [Element] {
        var comparisons = 0
        var hasEnded = false
        return sorted { left, right in
            comparisons += 1
            if comparisons % comparisonsBetweenChecks == 0, !hasEnded { hasEnded = isInterrupted() }
            return !hasEnded && isOrdered(left, right)
        }
    }
}
