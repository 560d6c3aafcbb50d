internal import MetricModel

/// The metrics of `netdev`, in its two forms.
struct NetdevFamilies {
    /// One for each column of /proc/net/dev; nil for columns that add up what has metrics of its own.
    let columns: [MetricFamily?]
    /// The files of `statistics/` that are metrics.
    let kinds: [NumberFile.Kind]
    let addressInfo = MetricFamily(
        "node_network_address_info", .gauge, help: "An address of the interface.",
        labels: ["device", "address", "netmask", "scope"])

    init(isDetailed: Bool, hasAlias: Bool) {
        let labels = hasAlias ? ["device", "ifalias"] : ["device"]
        let family = { (name: String, help: String) in
            MetricFamily("node_network_\(name)_total", .counter, help: help, labels: labels)
        }
        columns = Self.columns.map { column in
            let name = isDetailed ? column.detailedName : column.name
            return name.map { family($0, column.help) }
        }
        kinds =
            (isDetailed ? Self.details : []).map { detail in
                NumberFile.Kind(fileName: detail.fileName, family: family(detail.name, detail.help))
            }
            + [
                NumberFile.Kind(
                    fileName: "rx_nohandler",
                    family: family("receive_nohandler", "Received packets that nothing in the host took."))
            ]
    }

    private static let columns: [(name: String, detailedName: String?, help: String)] = [
        ("receive_bytes", "receive_bytes", "Bytes received."),
        ("receive_packets", "receive_packets", "Packets received."),
        ("receive_errs", "receive_errors", "Packets received with an error."),
        ("receive_drop", nil, "Received packets dropped for want of room or missed by the device."),
        ("receive_fifo", "receive_fifo_errors", "Overruns of the receive queue."),
        ("receive_frame", nil, "Received frames that were misaligned."),
        ("receive_compressed", "receive_compressed", "Compressed packets received."),
        ("receive_multicast", "multicast", "Multicast packets received."),
        ("transmit_bytes", "transmit_bytes", "Bytes sent."), ("transmit_packets", "transmit_packets", "Packets sent."),
        ("transmit_errs", "transmit_errors", "Packets that could not be sent."),
        ("transmit_drop", "transmit_dropped", "Packets dropped before sending."),
        ("transmit_fifo", "transmit_fifo_errors", "Underruns of the send queue."),
        ("transmit_colls", "collisions", "Collisions while sending."),
        ("transmit_carrier", nil, "Packets lost with the carrier."),
        ("transmit_compressed", "transmit_compressed", "Compressed packets sent."),
    ]

    /// What /proc/net/dev adds up.
    private static let details: [(fileName: String, name: String, help: String)] = [
        ("rx_dropped", "receive_dropped", "Received packets dropped for want of room."),
        ("rx_missed_errors", "receive_missed_errors", "Packets that the device had no room for."),
        ("rx_length_errors", "receive_length_errors", "Received packets of a wrong length."),
        ("rx_over_errors", "receive_over_errors", "Received packets longer than the device takes."),
        ("rx_crc_errors", "receive_crc_errors", "Received packets with a wrong check sum."),
        ("rx_frame_errors", "receive_frame_errors", "Received frames that were misaligned."),
        ("tx_aborted_errors", "transmit_aborted_errors", "Packets given up after too many collisions."),
        ("tx_carrier_errors", "transmit_carrier_errors", "Packets lost with the carrier."),
        (
            "tx_heartbeat_errors", "transmit_heartbeat_errors",
            "Packets sent without the heartbeat of half-duplex links."
        ),
        ("tx_window_errors", "transmit_window_errors", "Packets lost to late collisions."),
    ]
}
