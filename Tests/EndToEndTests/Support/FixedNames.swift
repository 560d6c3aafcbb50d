/// Names that node_exporter and cAdvisor fix, whatever promtool's style rules say of them. A complaint about any other
/// name fails the test.
enum FixedNames {
    /// The kernel's own words (`node_memory_Active_anon_bytes`), bits, milliseconds: all as they are there.
    private static let beginnings = ["node_", "container_"]

    static func excuse(_ complaint: some StringProtocol) -> Bool {
        beginnings.contains { complaint.hasPrefix($0) }
    }
}
