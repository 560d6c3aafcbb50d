/// Names that node_exporter or the seeds fix and that promtool's style rules do not like. A complaint about any other
/// name, or another complaint about these, fails the test.
enum FixedNames {
    /// The beginning of the names, and what promtool says of them.
    private static let excused = [
        // The kernel's own words from /proc/meminfo, as node_exporter has them.
        ("node_memory_", "metric names should be written in 'snake_case' not 'camelCase'")
    ]

    static func excuse(_ complaint: some StringProtocol) -> Bool {
        excused.contains { complaint.hasPrefix($0.0) && complaint.hasSuffix($0.1) }
    }
}
