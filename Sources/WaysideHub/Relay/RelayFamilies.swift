internal import MetricModel

/// The families of what is relayed; every one has the label `target`.
enum RelayFamilies {
    static let sentSamples = counter("sent_samples_total", "Samples and native histograms that a target acknowledged.")
    static let sentBytes = counter("sent_bytes_total", "Bytes of request bodies that a target has answered.")
    static let requests = counter("requests_total", "Answers of a target, none included.", ["status"])
    static let verbatim = counter(
        "verbatim_requests_total", "Acknowledged requests that were passed on byte for byte.")
    static let droppedSamples = counter(
        "dropped_samples_total", "Samples that a target will never get, by reason.", ["reason"])
    static let droppedRequests = counter(
        "dropped_requests_total", "Requests that a target will never get, by reason.", ["reason"])
    static let leftOut = counter("left_out_samples_total", "Samples that keep and drop left out.", ["reason"])
    static let overLimits = counter(
        "over_limit_samples_total",
        "Samples not sent, because their series has more or longer labels than a request is rewritten with.")
    static let lostStarts = counter(
        "lost_start_timestamps_total", "Start timestamps that were not sent, because remote write 1.0 has none.")
    static let shortWrites = counter(
        "short_writes_total", "Acknowledged requests of which the target has written less than was sent.")
    static let repeated = counter(
        "repeated_requests_total", "Requests that came again and were not put into the buffer again.")
    static let busy = counter("busy_refusals_total", "Requests answered 503 because the buffer's disk is too slow.")
    static let lag = gauge("lag_seconds", "How long ago what waits longest for a target was received; 0 for nothing.")
    static let usedBytes = gauge("buffer_used_bytes", "Bytes in a target's buffer that it has not acknowledged.")
    static let bytes = gauge("buffer_bytes", "Bytes that a target's buffer may take.")
    static let degraded = gauge("degraded", "1 while a target's buffer is in memory, because its disk takes no writes.")
    static let lastSuccess = gauge("last_success_timestamp_seconds", "When a target last acknowledged a request.")

    private static func counter(_ name: String, _ help: String, _ labels: [String] = []) -> MetricFamily {
        MetricFamily("wayside_relay_\(name)", .counter, help: help, labels: ["target"] + labels)
    }

    private static func gauge(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("wayside_relay_\(name)", .gauge, help: help, labels: ["target"])
    }
}
