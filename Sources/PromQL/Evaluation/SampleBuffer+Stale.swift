internal import LabelMatching
internal import MetricModel

extension SampleBuffer {
    /// Takes the stale markers out.
    mutating func removeStale() {
        guard let first = values.firstIndex(where: { StaleMarker.isStale($0) }) else { return }
        var kept = first
        for index in first..<values.count where !StaleMarker.isStale(values[index]) {
            values[kept] = values[index]
            unixMilliseconds[kept] = unixMilliseconds[index]
            kept += 1
        }
        values.removeSubrange(kept...)
        unixMilliseconds.removeSubrange(kept...)
    }
}
