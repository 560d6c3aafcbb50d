/// Which names a collector reports, with node_exporter's meaning: those that `exclude` does not match and, where
/// `include` is set, that `include` matches. The settings allow only one of the two for each filter.
package struct NameFilter: Sendable {
    package let exclude: NamePattern?
    package let include: NamePattern?

    package init(exclude: NamePattern? = nil, include: NamePattern? = nil) {
        self.exclude = exclude
        self.include = include
    }

    package func admits(_ name: String) -> Bool {
        if let exclude, exclude.matches(name) { return false }
        return include.map { $0.matches(name) } ?? true
    }

    /// Everything.
    package static let all = NameFilter()
}
