package import Authentication
package import MetricModel

/// What a listener's authentication has done, as samples.
package enum AccessSamples {
    private static let refusals = MetricFamily(
        "wayside_http_refused_credentials_total", .counter,
        help: "Requests refused for their credentials, by reason.", labels: ["reason"])
    private static let checks = MetricFamily(
        "wayside_http_password_checks_total", .counter,
        help: "Passwords compared by bcrypt; those found right before are not compared again.")

    /// Nothing for a listener that admits everybody.
    package static func append(_ access: ListenerAccess?, table: inout SeriesTable, to batch: inout SampleBatch) {
        guard let access else { return }
        for entry in access.refusalCounts() {
            batch.append(Double(entry.count), of: refusals, [entry.reason.rawValue], from: &table)
        }
        batch.append(Double(access.passwordCheckCount), of: checks, from: &table)
    }
}
