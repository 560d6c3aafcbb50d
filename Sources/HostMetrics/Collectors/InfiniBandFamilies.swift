internal import MetricModel

/// The files of an InfiniBand port (the kernel's Documentation/ABI/stable/sysfs-class-infiniband) and their metrics.
enum InfiniBandFamilies {
    static let port: [NumberFile.Kind] = states + counters + extendedCounters + hardwareCounters

    private static let states = [
        gauge("state", "state_id", "Logical state: 1 down, 2 initialising, 3 armed, 4 active, 5 deferred.") {
            (cursor) throws(DamagedText) in try state(&cursor)
        },
        gauge(
            "phys_state", "physical_state_id",
            "Physical state: 1 asleep, 2 polling, 3 disabled, 4 training, 5 up, 6 recovering, 7 testing."
        ) { (cursor) throws(DamagedText) in try state(&cursor) },
        gauge("rate", "rate_bytes_per_second", "Highest rate of the link.") { (cursor) throws(DamagedText) in
            try rate(&cursor)
        },
    ]

    // What is counted in words of four bytes, one for each lane, is told in bytes.
    private static let counters = [
        counter(
            "counters/excessive_buffer_overrun_errors", "excessive_buffer_overrun_errors", "Buffer overruns in a row."),
        counter("counters/link_downed", "link_downed", "Times the link went down and did not recover."),
        counter("counters/link_error_recovery", "link_error_recovery", "Times the link recovered from an error."),
        counter(
            "counters/local_link_integrity_errors", "local_link_integrity_errors",
            "Times there were more physical errors than allowed."),
        counter("counters/multicast_rcv_packets", "multicast_packets_received", "Multicast packets received."),
        counter("counters/multicast_xmit_packets", "multicast_packets_transmitted", "Multicast packets sent."),
        counter(
            "counters/port_rcv_constraint_errors", "port_constraint_errors_received",
            "Received packets the switch port had to discard."),
        counter("counters/port_rcv_data", "port_data_received_bytes", "Bytes received.", factor: 4),
        counter("counters/port_rcv_discards", "port_discards_received", "Received packets discarded."),
        counter("counters/port_rcv_errors", "port_errors_received", "Received packets with an error."),
        counter("counters/port_rcv_packets", "port_packets_received", "Packets received."),
        counter(
            "counters/port_rcv_remote_physical_errors", "port_receive_remote_physical_errors",
            "Received packets marked as bad by the other side."),
        counter(
            "counters/port_rcv_switch_relay_errors", "port_receive_switch_relay_errors",
            "Received packets the switch could not forward."),
        counter(
            "counters/port_xmit_constraint_errors", "port_constraint_errors_transmitted",
            "Packets the switch port did not send."),
        counter("counters/port_xmit_data", "port_data_transmitted_bytes", "Bytes sent.", factor: 4),
        counter("counters/port_xmit_discards", "port_discards_transmitted", "Packets to send discarded."),
        counter("counters/port_xmit_packets", "port_packets_transmitted", "Packets sent."),
        counter("counters/port_xmit_wait", "port_transmit_wait", "Ticks in which data waited and none was sent."),
        counter("counters/symbol_error", "symbol_error", "Minor errors on the lanes."),
        counter("counters/unicast_rcv_packets", "unicast_packets_received", "Unicast packets received."),
        counter("counters/unicast_xmit_packets", "unicast_packets_transmitted", "Unicast packets sent."),
        counter("counters/VL15_dropped", "vl15_dropped", "Management packets dropped for want of room."),
    ]

    /// Kernels before 4.5 have the 64-bit counters beside the others.
    private static let extendedCounters = [
        counter(
            "counters_ext/port_multicast_rcv_packets", "legacy_multicast_packets_received",
            "Multicast packets received."),
        counter(
            "counters_ext/port_multicast_xmit_packets", "legacy_multicast_packets_transmitted",
            "Multicast packets sent."),
        counter("counters_ext/port_rcv_data_64", "legacy_data_received_bytes", "Bytes received.", factor: 4),
        counter("counters_ext/port_rcv_packets_64", "legacy_packets_received", "Packets received."),
        counter(
            "counters_ext/port_unicast_rcv_packets", "legacy_unicast_packets_received", "Unicast packets received."),
        counter(
            "counters_ext/port_unicast_xmit_packets", "legacy_unicast_packets_transmitted", "Unicast packets sent."),
        counter("counters_ext/port_xmit_data_64", "legacy_data_transmitted_bytes", "Bytes sent.", factor: 4),
        counter("counters_ext/port_xmit_packets_64", "legacy_packets_transmitted", "Packets sent."),
    ]

    /// What mlx5 adapters count themselves (RDMA over converged Ethernet).
    private static let hardwareCounters = [
        gauge(
            "hw_counters/lifespan", "lifespan_seconds",
            "How long a reading of these counters is kept, in whole seconds."
        ) {
            (cursor) throws(DamagedText) in Double(try cursor.unsigned() / 1000)
        },
        hardware("duplicate_request", "duplicate_requests_packets", "Requests received again."),
        hardware("implied_nak_seq_err", "implied_nak_seq_errors", "Acknowledgements of more than was expected."),
        hardware("local_ack_timeout_err", "local_ack_timeout_errors", "Acknowledgements that did not come in time."),
        hardware("np_cnp_sent", "np_cnp_packets_sent", "Congestion notifications sent."),
        hardware("np_ecn_marked_roce_packets", "np_ecn_marked_roce_packets_received", "Packets marked for congestion."),
        hardware("out_of_buffer", "out_of_buffer_drops", "Packets dropped for want of a receive buffer."),
        hardware("out_of_sequence", "out_of_sequence_packets_received", "Packets out of their order."),
        hardware("packet_seq_err", "packet_sequence_errors", "Refusals received for a wrong sequence number."),
        hardware("req_cqe_error", "req_cqes_errors", "Requests completed with an error."),
        hardware("req_cqe_flush_error", "req_cqes_flush_errors", "Requests flushed with an error."),
        hardware("req_remote_access_errors", "req_remote_access_errors", "Requests the other side may not serve."),
        hardware(
            "req_remote_invalid_request", "req_remote_invalid_request_errors", "Requests the other side found invalid."),
        hardware("resp_cqe_error", "resp_cqes_errors", "Responses completed with an error."),
        hardware("resp_cqe_flush_error", "resp_cqes_flush_errors", "Responses flushed with an error."),
        hardware("resp_local_length_error", "resp_local_length_errors", "Responses of a wrong length."),
        hardware("resp_remote_access_errors", "resp_remote_access_errors", "Responses refused for their access."),
        hardware("rnr_nak_retry_err", "rnr_nak_retry_packets_received", "Refusals because the receiver was not ready."),
        hardware("roce_adp_retrans", "roce_adp_retransmits", "Adaptive retransmissions."),
        hardware("roce_adp_retrans_to", "roce_adp_retransmits_timeout", "Adaptive retransmissions that timed out."),
        hardware("roce_slow_restart", "roce_slow_restart_used", "Slow restarts used."),
        hardware("roce_slow_restart_cnps", "roce_slow_restart_cnps", "Congestion notifications made by slow restart."),
        hardware("roce_slow_restart_trans", "roce_slow_restart", "Changes to slow restart."),
        hardware("rp_cnp_handled", "rp_cnp_packets_handled", "Congestion notifications followed."),
        hardware("rp_cnp_ignored", "rp_cnp_ignored_packets_received", "Congestion notifications ignored."),
        hardware("rx_atomic_requests", "rx_atomic_requests", "Atomic requests received."),
        hardware("rx_dct_connect", "rx_dct_connect_requests", "Dynamic connections asked for."),
        hardware("rx_read_requests", "rx_read_requests", "Read requests received."),
        hardware("rx_write_requests", "rx_write_requests", "Write requests received."),
        hardware("rx_icrc_encapsulated", "rx_icrc_encapsulated_errors", "Packets with a wrong checksum."),
    ]

    /// `4: ACTIVE`
    static func state(_ cursor: inout ByteCursor) throws(DamagedText) -> Double {
        let number = try cursor.digits()
        guard cursor.take(":") else { throw cursor.damage("a number and a colon") }
        return Double(number)
    }

    /// `2.5 Gb/sec (1X SDR)`, in bytes a second.
    static func rate(_ cursor: inout ByteCursor) throws(DamagedText) -> Double {
        let gigabits = try cursor.decimal()
        guard cursor.take(" Gb/sec") else { throw cursor.damage("Gb/sec") }
        return (gigabits * 125_000_000).rounded(.down)
    }

    /// A count, or `N/A (no PMA)` where the adapter has none.
    static func count(_ cursor: inout ByteCursor) throws(DamagedText) -> Double? {
        cursor.take("N/A") ? nil : Double(try cursor.unsigned())
    }

    private static func gauge(
        _ fileName: String, _ name: String, _ help: String,
        _ read: @escaping @Sendable (inout ByteCursor) throws(DamagedText) -> Double?
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName,
            family: MetricFamily("node_infiniband_\(name)", .gauge, help: help, labels: ["device", "port"]),
            form: .custom(read))
    }

    private static func counter(
        _ fileName: String, _ name: String, _ help: String, factor: Double = 1
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName,
            family: MetricFamily("node_infiniband_\(name)_total", .counter, help: help, labels: ["device", "port"]),
            form: .custom { (cursor) throws(DamagedText) in try count(&cursor) }, factor: factor)
    }

    private static func hardware(_ fileName: String, _ name: String, _ help: String) -> NumberFile.Kind {
        counter("hw_counters/" + fileName, name, help)
    }
}
