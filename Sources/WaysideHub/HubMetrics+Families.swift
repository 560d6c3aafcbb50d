internal import MetricModel

extension HubMetrics {
    /// The families of the hub's own metrics.
    enum Families {
        static let writeRequests = MetricFamily(
            "wayside_write_requests_total", .counter, help: "Write requests by what became of them.",
            labels: ["outcome"])
        static let refusedAgents = MetricFamily(
            "wayside_refused_agents_total", .counter,
            help: "Write requests that name an agent which their user or certificate may not write as, by reason.",
            labels: ["reason"])
        static let receivedSamples = MetricFamily(
            "wayside_store_received_samples_total", .counter, help: "Samples received, by what became of them.",
            labels: ["outcome"])
        static let refusedSeries = MetricFamily(
            "wayside_store_refused_series_total", .counter,
            help: "Times that a sender was refused a new series by storage.series_limit, "
                + "storage.series_per_sender_limit or the bytes of labels, of the senders refused most often.",
            labels: ["sender"])
        static let exemplars = counter("wayside_store_exemplars_total", "Exemplars received and taken.")
        static let refusedExemplars = counter(
            "wayside_store_refused_exemplars_total", "Exemplars older than the retention or ahead of the clock.")
        static let exemplarsOverByteLimit = counter(
            "wayside_store_exemplars_over_byte_limit_total",
            "Exemplars that left memory early, or never came into it, because of their labels' size.")
        static let keptExemplars = gauge("wayside_store_exemplars", "Exemplars in memory.")
        static let exemplarBytes = gauge("wayside_store_exemplar_bytes", "What they take.")
        static let startTimestamps = counter(
            "wayside_store_start_timestamps_dropped_total",
            "Start timestamps that came with samples; they are not kept.")
        static let outOfOrder = counter(
            "wayside_store_out_of_order_samples_total", "Stored samples that were not their series' newest.")
        static let repeatedRequests = counter(
            "wayside_store_repeated_requests_total", "Requests of agents that had been received before.")
        static let conflictingRequests = counter(
            "wayside_store_conflicting_requests_total",
            "Requests of agents that name records received before but hold other samples.")
        static let commits = counter("wayside_store_commits_total", "Group commits of the log.")
        static let commitFailures = counter("wayside_store_commit_failures_total", "Commits of the log that failed.")
        static let replayedSamples = counter(
            "wayside_store_replayed_samples_total", "Samples read back from the log at the start.")
        static let replayFailures = counter(
            "wayside_store_replay_failures_total", "Records of the log that could not be read back.")
        static let seals = counter("wayside_store_seals_total", "Times that memory was written to day files.")
        static let sealFailures = counter("wayside_store_seal_failures_total", "Seals that failed.")
        static let sealedSamples = counter("wayside_store_sealed_samples_total", "Samples written to day files.")
        static let removedDays = counter("wayside_store_expired_files_total", "Day files deleted by retention.")
        static let damagedFiles = counter("wayside_store_damaged_files_total", "Day files that could not be read.")
        static let readFailures = counter(
            "wayside_store_read_failures_total", "Times that the disk did not give back what is in a file of the store."
        )
        static let setAsideFiles = counter(
            "wayside_store_set_aside_files_total", "Damaged files that were renamed, so that new ones take their place."
        )
        static let refusedMetadata = counter(
            "wayside_store_refused_metadata_total",
            "Types, helps and units that were not kept because the metric's name is too long or one too many.")
        static let removedDaysForSpace = counter(
            "wayside_store_removed_files_total", "Day files deleted because storage.retention_size was passed.")
        static let bytesOverLimit = gauge(
            "wayside_store_over_limit_bytes",
            "By how much storage.retention_size is passed although only the newest day is left.")
        static let deletions = counter("wayside_store_deletions_total", "Orders to delete series, carried out.")
        static let deletionFailures = counter(
            "wayside_store_deletion_failures_total", "Orders to delete series that failed, at least for a day.")
        static let rewrites = counter(
            "wayside_store_rewrites_total", "Day files brought into their final form, or merged with late samples.")
        static let rewriteFailures = counter(
            "wayside_store_rewrite_failures_total", "Day files that could not be brought into their final form.")
        static let damagedChunks = counter(
            "wayside_store_damaged_chunks_total", "Chunks that queries left out because they are damaged.")
        static let activeSeries = gauge("wayside_store_active_series", "Series in memory.")
        static let headSamples = gauge("wayside_store_head_samples", "Samples in memory.")
        static let headBytes = gauge("wayside_store_head_bytes", "Bytes that samples and series take in memory.")
        static let backlogBytes = gauge("wayside_store_backlog_bytes", "Bytes of requests that wait for the log.")
        static let logUsedBytes = gauge("wayside_store_log_used_bytes", "Bytes of the log that are not yet sealed.")
        static let logBytes = gauge("wayside_store_log_bytes", "Bytes that the log may take.")
        static let dayFiles = gauge("wayside_store_day_files", "Day files on disk.")
        static let degraded = gauge(
            "wayside_store_degraded", "1 while the log takes no writes or memory cannot be sealed into day files.")
        static let newestSample = gauge(
            "wayside_store_newest_sample_timestamp_seconds", "Time of the newest sample received.")

        private static func counter(_ name: String, _ help: String) -> MetricFamily {
            MetricFamily(name, .counter, help: help)
        }

        private static func gauge(_ name: String, _ help: String) -> MetricFamily {
            MetricFamily(name, .gauge, help: help)
        }
    }
}
