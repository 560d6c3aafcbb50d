/// What a receiver says it has written, in the headers of its answer to a 2.0 request.
///
/// Source: remote write 2.0, "Required Written Response Headers".
package struct WrittenCounts: Sendable, Hashable {
    package var samples: Int64
    package var histograms: Int64
    package var exemplars: Int64

    package init(samples: Int64, histograms: Int64 = 0, exemplars: Int64 = 0) {
        self.samples = samples
        self.histograms = histograms
        self.exemplars = exemplars
    }

    /// Samples of either kind. A receiver may claim any number, so this ends at the largest.
    package var total: Int64 {
        let (sum, isTooLarge) = samples.addingReportingOverflow(histograms)
        return isTooLarge ? .max : sum
    }

    package static let samplesName = "X-Prometheus-Remote-Write-Samples-Written"
    package static let histogramsName = "X-Prometheus-Remote-Write-Histograms-Written"
    package static let exemplarsName = "X-Prometheus-Remote-Write-Exemplars-Written"

    /// The headers that every answer to a 2.0 request carries, success or failure.
    package var headers: [(name: String, value: String)] {
        [
            (WrittenCounts.samplesName, String(samples)), (WrittenCounts.histogramsName, String(histograms)),
            (WrittenCounts.exemplarsName, String(exemplars)),
        ]
    }

    /// The counts of an answer, or nil where it has none of the headers or none that is a number: then the receiver
    /// does not speak 2.0. A header that is missing beside another means 0.
    ///
    /// - Parameter value: gives a header's value by its name, compared without case.
    package init?(header value: (String) -> String?) {
        let counts = [WrittenCounts.samplesName, WrittenCounts.histogramsName, WrittenCounts.exemplarsName].map {
            value($0).flatMap { HeaderText.digits(HeaderText.trim($0[...]), as: Int64.self) }
        }
        guard counts.contains(where: { $0 != nil }) else { return nil }
        self.init(samples: counts[0] ?? 0, histograms: counts[1] ?? 0, exemplars: counts[2] ?? 0)
    }
}
