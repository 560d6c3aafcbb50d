internal import LabelMatching

/// What finding series by matchers needs of an index: the head's in memory, or a day file's.
protocol LabelIndexReader {
    /// Every series, ascending.
    func allSeries() throws(StoreError) -> [UInt32]
    /// The series with this value of this label, ascending.
    func series(name: String, value: [UInt8]) throws(StoreError) -> [UInt32]
    /// The lists of series of those values of a label that `isWanted` accepts.
    func series(
        name: String, valuesWhere isWanted: (UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) -> [[UInt32]]
    /// All label names, and all values of one label, in any order.
    func labelNames() throws(StoreError) -> [String]
    func labelValues(of name: String) throws(StoreError) -> [String]
}

extension LabelIndexReader {
    /// The series for which every matcher holds, ascending.
    ///
    /// A matcher that the empty value does not satisfy names series that have the label; one that it does satisfy
    /// takes away those whose value does not. So the index decides alone, no series' labels are looked at.
    func select(_ matchers: [LabelMatcher]) throws(StoreError) -> [UInt32] {
        var selected: [UInt32]?
        for matcher in matchers where !matcher.matchesEmpty {
            let found: [UInt32]
            if case .literal(let value) = matcher.test, !matcher.operation.isNegative {
                found = try series(name: matcher.name, value: value)
            } else {
                found = Postings.union(try series(name: matcher.name) { matcher.matches($0) })
            }
            selected = selected.map { Postings.intersection($0, found) } ?? found
            if selected?.isEmpty == true { return [] }
        }
        var result: [UInt32]
        if let selected { result = selected } else { result = try allSeries() }
        for matcher in matchers where matcher.matchesEmpty && !result.isEmpty {
            let excluded = try series(name: matcher.name) { !matcher.matches($0) }
            if !excluded.isEmpty { result = Postings.subtracting(result, Postings.union(excluded)) }
        }
        return result
    }
}
