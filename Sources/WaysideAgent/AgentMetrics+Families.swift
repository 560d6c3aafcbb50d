internal import MetricModel

extension AgentMetrics {
    /// The families of the agent's own metrics.
    enum Families {
        static let refusedSamples = MetricFamily(
            "wayside_refused_samples_total", .counter, help: "Samples left out because a limit was reached.",
            labels: ["limit"])
        static let connection = MetricFamily(
            "mqtt_connection_status", .gauge, help: "1 while the session with the broker is up, else 0.",
            labels: ["broker"])
        static let brokerMessages = MetricFamily(
            "wayside_mqtt_messages_total", .counter, help: "Messages read from the broker, refused ones included.",
            labels: ["broker"])
        static let reconnects = MetricFamily(
            "wayside_mqtt_reconnects_total", .counter, help: "Connections to the broker after the first.",
            labels: ["broker"])
        static let oversize = MetricFamily(
            "wayside_mqtt_oversize_messages_total", .counter, help: "Messages refused for the size of their payload.",
            labels: ["broker"])
        static let failedBatches = MetricFamily(
            "wayside_mqtt_failed_batches_total", .counter,
            help: "Batches of messages that could not be made durable and were left for redelivery.",
            labels: ["broker"])
        static let bufferCapacity = MetricFamily(
            "wayside_buffer_capacity_bytes", .gauge, help: "What the ring's records may take on flash.")
        static let bufferUsed = MetricFamily(
            "wayside_buffer_unacknowledged_bytes", .gauge,
            help: "Bytes of the ring that some destination has not acknowledged.")
        static let bufferCapacitySeconds = MetricFamily(
            "wayside_buffer_capacity_seconds", .gauge, help: "How long the ring lasts at the rate of the last hour.")
        static let oldestUnsent = MetricFamily(
            "wayside_buffer_oldest_unsent_timestamp_seconds", .gauge,
            help: "Time of the oldest sample that some destination has not acknowledged.")
        static let bufferMemory = MetricFamily(
            "wayside_buffer_memory_bytes", .gauge, help: "Bytes in memory that are not on flash yet.")
        static let writtenBytesPerDay = MetricFamily(
            "wayside_buffer_written_bytes_per_day", .gauge,
            help: "Bytes handed to the disk in a day, at the rate of the last day, but for the zeros of new segments.")
        static let commitsPerDay = MetricFamily(
            "wayside_buffer_commits_per_day", .gauge, help: "Commits in a day, at the rate of the last day.")
        static let writeAmplification = MetricFamily(
            "wayside_buffer_write_amplification_ratio", .gauge,
            help: "Bytes handed to the disk for each byte of payload since the start, the making of segments aside.")
        static let lostSamples = MetricFamily(
            "wayside_buffer_lost_samples_total", .counter,
            help: "Samples lost before every destination had acknowledged them.", labels: ["reason"])
        static let appendedSamples = MetricFamily(
            "wayside_buffer_appended_samples_total", .counter, help: "Samples appended to the ring.")
        static let commits = MetricFamily(
            "wayside_buffer_commits_total", .counter, help: "Group commits of the ring.")
        static let writtenBytes = MetricFamily(
            "wayside_buffer_written_bytes_total", .counter,
            help: "Bytes handed to the disk: records, padding, headers, cursors and the zeros of new segments.")
        static let zeroedBytes = MetricFamily(
            "wayside_buffer_zeroed_bytes_total", .counter,
            help: "Of the bytes handed to the disk, zeros of new segments, which each gets once in its life.")
        static let payloadBytes = MetricFamily(
            "wayside_buffer_payload_bytes_total", .counter, help: "Bytes of records as encoded, without framing.")
        static let damagedRecords = MetricFamily(
            "wayside_buffer_damaged_records_total", .counter, help: "Records of the ring that failed their checksum.")
        static let bufferFailures = MetricFamily(
            "wayside_buffer_failures_total", .counter, help: "Appends and commits that failed.")
        static let degraded = MetricFamily(
            "wayside_buffer_degraded", .gauge, help: "1 while flash takes no writes and the buffer is in memory.",
            labels: ["reason"])
        static let clockSynchronised = MetricFamily(
            "wayside_time_synchronised", .gauge, help: "1 while the kernel holds the wall clock to be synchronised.")
        static let clockSteps = MetricFamily(
            "wayside_time_steps_total", .counter, help: "Times the wall clock was set while the agent ran.")
        static let lastClockStep = MetricFamily(
            "wayside_time_last_step_seconds", .gauge,
            help: "By how much the wall clock was set last, forwards where positive.")
        static let waitsForSync = MetricFamily(
            "wayside_time_waits_for_sync", .gauge, help: "1 while shipping waits for the wall clock to be set.")
        static let retimedSamples = MetricFamily(
            "wayside_time_retimed_samples_total", .counter,
            help: "Unsent samples that were moved to their true time when the wall clock had been set.")
        static let uncertainSamples = MetricFamily(
            "wayside_time_uncertain_samples_total", .counter,
            help: "Samples of earlier boots that were placed between the boots before and after, their time unknown.")
        static let refusedCorrections = MetricFamily(
            "wayside_time_refused_corrections_total", .counter,
            help: "Corrections of unsent samples' times that were not made because a limit was reached.")
        static let shippedSamples = MetricFamily(
            "wayside_remote_write_samples_total", .counter, help: "Samples that the destination has acknowledged.",
            labels: ["url"])
        static let sentBytes = MetricFamily(
            "wayside_remote_write_sent_bytes_total", .counter, help: "Bytes of request bodies sent.",
            labels: ["url"])
        static let requests = MetricFamily(
            "wayside_remote_write_requests_total", .counter,
            help: "Requests by the status they were answered with; none where no answer came.",
            labels: ["url", "status"])
        static let droppedSamples = MetricFamily(
            "wayside_remote_write_dropped_samples_total", .counter,
            help: "Samples that the destination has refused for good.", labels: ["url", "reason"])
        static let leftOutSamples = MetricFamily(
            "wayside_remote_write_left_out_samples_total", .counter,
            help: "Samples that the destination is not sent, by the setting that says so; the buffer keeps them.",
            labels: ["url", "reason"])
        static let heldRequests = MetricFamily(
            "wayside_remote_write_held_requests_total", .counter,
            help: "Requests that waited for rate_limit or daily_bytes.", labels: ["url", "reason"])
        static let held = MetricFamily(
            "wayside_remote_write_held", .gauge,
            help: "1 while a request waits for rate_limit or daily_bytes, else 0.", labels: ["url", "reason"])
        static let dayBytes = MetricFamily(
            "wayside_remote_write_day_bytes", .gauge,
            help: "Bytes sent in this day of UTC, which daily_bytes bounds.", labels: ["url"])
        static let backlogRecords = MetricFamily(
            "wayside_remote_write_backlog_records", .gauge,
            help: "Records that are sent behind live data; 0 while there is no backlog.", labels: ["url"])
        static let unreadableSamples = MetricFamily(
            "wayside_remote_write_unreadable_samples_total", .counter,
            help: "Samples in the ring whose record or declaration was damaged.", labels: ["url"])
        static let shortWrites = MetricFamily(
            "wayside_remote_write_short_writes_total", .counter,
            help: "Acknowledged requests of which the destination says it has written fewer samples than were sent.",
            labels: ["url"])
        static let newestAcknowledged = MetricFamily(
            "wayside_remote_write_newest_acknowledged_timestamp_seconds", .gauge,
            help: "Time of the newest sample that the destination has acknowledged.", labels: ["url"])
        static let up = MetricFamily("up", .gauge, help: "1 for each job of a living agent.")
    }
}
