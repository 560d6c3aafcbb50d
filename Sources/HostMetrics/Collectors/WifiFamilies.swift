internal import MetricModel

enum WifiFamilies {
    static let frequency = MetricFamily(
        "node_wifi_interface_frequency_hertz", .gauge, help: "The frequency that the interface is on.",
        labels: ["device"])
    static let network = MetricFamily(
        "node_wifi_station_info", .gauge, help: "The network that the interface takes part in.",
        labels: ["device", "bssid", "ssid", "mode"])
    /// By `WirelessStation.values`.
    static let station = [
        station("connected_seconds_total", .counter, "How long the station has been connected."),
        station("inactive_seconds", .gauge, "Time since the station was heard of last."),
        station("receive_bits_per_second", .gauge, "The bitrate of what was received from the station last."),
        station("transmit_bits_per_second", .gauge, "The bitrate of what was sent to the station last."),
        station("receive_bytes_total", .counter, "Bytes received from the station."),
        station("transmit_bytes_total", .counter, "Bytes sent to the station."),
        station("signal_dbm", .gauge, "The strength of the station's signal, in dBm."),
        station("transmit_retries_total", .counter, "How often sending to the station was tried again."),
        station("transmit_failed_total", .counter, "How often sending to the station was given up."),
        station("beacon_loss_total", .counter, "How often the station's beacons stayed away."),
        station("transmitted_packets_total", .counter, "Packets sent to the station."),
        station("received_packets_total", .counter, "Packets received from the station."),
    ]

    private static func station(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        MetricFamily("node_wifi_station_" + name, type, help: help, labels: ["device", "mac_address"])
    }
}
