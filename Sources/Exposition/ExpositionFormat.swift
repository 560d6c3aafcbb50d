/// The text formats of `/metrics`.
package enum ExpositionFormat: Sendable, CaseIterable {
    /// Prometheus text format 0.0.4.
    case text004
    /// OpenMetrics text 1.0.0.
    case openMetrics

    /// The value of the Content-Type header.
    package var contentType: String {
        switch self {
        case .text004: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format for an Accept header: OpenMetrics where it is asked for by name in a version we write and preferred
    /// at least as much as plain text, else text 0.0.4, which is also the answer to `*/*`, to nothing and to nonsense.
    package static func negotiated(accept: String?) -> ExpositionFormat {
        guard let accept else { return .text004 }
        var openMetrics = 0
        var text = 0
        for item in accept.split(separator: ",") {
            let range = AcceptRange(item)
            switch range.type {
            case "application/openmetrics-text" where ["", "1.0.0", "0.0.1"].contains(range.version):
                openMetrics = max(openMetrics, range.qualityThousandths)
            case "text/plain" where ["", "0.0.4"].contains(range.version):
                text = max(text, range.qualityThousandths)
            default: break
            }
        }
        return openMetrics > 0 && openMetrics >= text ? .openMetrics : .text004
    }
}
