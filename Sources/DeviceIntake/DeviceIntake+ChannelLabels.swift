extension DeviceIntake {
    /// What mappings call the label that tells a metric's channels apart, by the metric's name. Readings without a mapping
    /// have one of `MetricNames.channelLabels`.
    package var mappedChannelLabels: [String: String] {
        var labels: [String: String] = [:]
        for reading in settings.mappings.flatMap(\.readings) {
            labels[reading.metric.name] = reading.metric.channelLabel
        }
        return labels
    }
}
