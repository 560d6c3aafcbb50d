package import MetricModel
package import TLSTransport

/// When our own certificates end, so that an alert can warn before they do.
package enum TLSMetrics {
    private static let expiry = MetricFamily(
        "wayside_tls_certificate_expiry_timestamp_seconds", .gauge,
        help: "When the certificate in use ends, in seconds since 1970.", labels: ["use", "file"])

    /// Appends a sample for each certificate; `use` is what it proves us to: `http`, `remote_write`, `mqtt`.
    package static func append(
        _ contexts: [(use: String, context: ReloadingTLSContext)], table: inout SeriesTable,
        to batch: inout SampleBatch
    ) {
        var seen: Set<[String]> = []
        for (use, context) in contexts {
            guard let certificate = context.ownCertificate() else { continue }
            let labels = [use, certificate.file]
            // Several destinations may be shown the same certificate.
            guard seen.insert(labels).inserted else { continue }
            batch.append(Double(certificate.expiryUnixSeconds), of: expiry, labels, from: &table)
        }
    }
}
