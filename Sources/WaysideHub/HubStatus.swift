internal import Daemon
internal import LinuxSystem
internal import PromQL
internal import PrometheusAPI
internal import SampleStore

/// What the hub says of itself at `/api/v1/status/…`, as Prometheus does.
enum HubStatus {
    static func of(_ hub: Hub) -> ServerStatus {
        let (settings, store) = (hub.settings, hub.store)
        let start = UTCTime(unixMilliseconds: Clocks.unixMilliseconds()).text
        let retention = text(settings.storage.retention)
        var status = ServerStatus()
        status.flags = flags(settings)
        status.configuration = configuration(settings)
        status.runtime = {
            var runtime = RuntimeInformation()
            runtime.startTime = start
            runtime.configurationTime = start
            runtime.serverTime = UTCTime(unixMilliseconds: Clocks.unixMilliseconds()).text
            runtime.workingDirectory = settings.storage.directory ?? ""
            runtime.hostName = Machine.hostName()
            runtime.corruptionCount = store.statistics().damagedFiles
            runtime.processorCount = Machine.processorCount
            runtime.retention = retention
            return runtime
        }
        status.head = { summary(store.headCardinality(limit: $0)) }
        return status
    }

    private static func text(_ duration: Duration) -> String { DurationText.of(duration.milliseconds) }

    /// The settings that Prometheus has flags for, under their names.
    private static func flags(_ settings: HubSettings) -> [String: String] {
        [
            "web.listen-address": "\(settings.listen)",
            "storage.tsdb.path": settings.storage.directory ?? "",
            "storage.tsdb.retention.time": text(settings.storage.retention),
            "storage.tsdb.retention.size": "\(settings.storage.retentionByteCount)B",
            "query.lookback-delta": text(settings.promql.lookback),
            "query.max-concurrency": "\(settings.promql.concurrency)",
            "query.max-samples": "\(settings.promql.sampleLimit)",
            "query.timeout": text(settings.promql.timeout),
            "web.enable-remote-write-receiver": "true",
        ]
    }

    /// The settings in force that are nobody's secret, as YAML.
    private static func configuration(_ settings: HubSettings) -> String {
        let storage = settings.storage
        let targets = settings.relay.map { "  - name: \($0.name)\n" }.joined()
        return """
            http:
              listen: \(settings.listen)
            storage:
              directory: \(storage.directory ?? "none")
              retention: \(text(storage.retention))
              retention_size: \(storage.retentionByteCount)
              series_limit: \(storage.seriesLimit)
              series_per_sender_limit: \(storage.seriesPerSenderLimit)
            promql:
              experimental: \(settings.promql.isExperimental)
              sample_limit: \(settings.promql.sampleLimit)
              timeout: \(text(settings.promql.timeout))
              concurrency: \(settings.promql.concurrency)
              queue_limit: \(settings.promql.queueLimit)
              lookback: \(text(settings.promql.lookback))
            fleet:
              down_after: \(text(settings.fleet.downAfter))
              forget_after: \(text(settings.fleet.forgetAfter))
              agent_limit: \(settings.fleet.agentLimit)
            relay:\(targets.isEmpty ? " []\n" : "\n" + targets)
            """
    }

    private static func summary(_ cardinality: HeadCardinality) -> HeadSummary {
        var summary = HeadSummary()
        summary.seriesCount = cardinality.seriesCount
        summary.labelPairCount = cardinality.labelPairCount
        summary.chunkCount = cardinality.chunkCount
        summary.times = cardinality.times
        summary.seriesByMetricName = cardinality.seriesByMetricName
        summary.valuesByLabelName = cardinality.valuesByLabelName
        summary.bytesByLabelName = cardinality.bytesByLabelName
        summary.seriesByLabelPair = cardinality.seriesByLabelPair
        return summary
    }
}
