import Exposition
import Testing

@Suite struct ExpositionFormatTests {
    private static let prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"

    @Test(
        arguments: [
            (nil, .text004), ("", .text004), ("*/*", .text004), ("text/html", .text004), (prometheus, .openMetrics),
            ("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4", .text004),
            ("application/openmetrics-text", .openMetrics), ("application/openmetrics-text;q=0", .text004),
            ("Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.1", .openMetrics),
            ("application/openmetrics-text;version=2.0.0", .text004),
            ("application/openmetrics-text;q=banana", .text004),
            ("application/openmetrics-text;q=0.5,text/plain;version=1.0.0;q=0.9", .openMetrics),
            (";;;,,=,q=", .text004),
        ] as [(String?, ExpositionFormat)])
    func negotiation(_ accept: String?, _ format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiated(accept: accept) == format)
    }
}
