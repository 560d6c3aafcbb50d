internal import MetricModel

/// The families of what is said about devices rather than by them.
struct DeviceFamilies {
    let age = gauge("sensor_data_age_seconds", "Age of the newest data a device has measured.", unit: "seconds")
    let lastSample = gauge(
        "sensor_last_sample_timestamp_seconds", "When a device measured its newest data, in Unix time.",
        unit: "seconds")
    let interval = gauge(
        "device_expected_interval_seconds", "Interval of a device's telemetry, declared or observed.", unit: "seconds")
    let up = gauge("device_up", "Whether a device sends: 1 unless it is silent past its stale limit or offline.")
    let isAgeLowerBound = gauge(
        "device_data_age_is_lower_bound", "Whether a reboot of the gateway left the data's age only bounded below.")
    let messages = counter("device_messages_total", "Messages taken, each once.")
    let lost = counter(
        "device_messages_lost_total", "Sequence numbers skipped; those that came late count as reordered too.")
    let duplicates = counter("device_messages_duplicate_total", "Redeliveries dropped.")
    let reordered = counter("device_messages_reordered_total", "Messages that came after a newer one.")
    let retained = counter("device_messages_retained_total", "Retained readings, of unknown age and so not taken.")
    let reboots = counter("device_reboots_total", "Boots seen after the first.")
    let retimed = counter(
        "device_samples_retimed_total", "Samples stamped a millisecond after the one before to keep times increasing.")
    let refused = counter(
        "device_readings_refused_total", "Readings refused because of the limits of series or families.")
    let declared = gauge("device_declared_readings", "Readings that the device's birth message says will come.")
    let missing = gauge("device_missing_readings", "Declared readings that have no value now.")
    let malformed = MetricFamily(
        "device_messages_malformed_total", .counter, help: "Messages that could not be taken.",
        labels: ["device_id", "reason"])
    let refusedMessages = MetricFamily(
        "device_messages_refused_total", .counter,
        help: "Messages refused because the device sends more than devices.message_rate allows.",
        labels: ["device_id", "reason"])
    let resets = MetricFamily(
        "device_resets_total", .counter, help: "Boots that a birth message told of, by what it gave as the reason.",
        labels: ["device_id", "reason"])
    let firstSeen = gauge(
        "device_first_seen_timestamp_seconds", "When the first live message of a device came, in Unix time.",
        unit: "seconds")
    let lastSeen = gauge(
        "device_last_seen_timestamp_seconds", "When the last live message of a device came, in Unix time.",
        unit: "seconds")
    let state = MetricFamily(
        "device_state", .gauge, help: "1 for the state that a device is in: online, stale, offline or unheard.",
        labels: ["device_id", "state"])
    let clockState = MetricFamily(
        "device_clock_state", .gauge,
        help: "1 for how a device's messages are placed in time: declared, fitted or learning.",
        labels: ["device_id", "state"])
    let clockOffset = gauge(
        "device_clock_offset_seconds", "How far a device's wall clock is ahead of the gateway's.", unit: "seconds")
    let clockDrift = gauge(
        "device_clock_drift_ppm", "How much faster than the gateway's a device's clock goes, in parts per million.")
    let implausiblePaces = counter(
        "device_clock_implausible_total",
        "Times that a device's uptime was more than 500 ppm off for two minutes, so that its fit was of no use.")
    let info = MetricFamily(
        "device_info", .info, help: "What a device says of itself.",
        labels: ["device_id", "profile", "firmware", "model", "reset_reason"])
    let received = MetricFamily(
        "mqtt_messages_received_total", .counter, help: "Messages received, whatever became of them.",
        labels: ["topic", "device_id"])
    let connected = MetricFamily("devices_connected", .gauge, help: "Devices that send.")
    let known = MetricFamily("wayside_devices_known", .gauge, help: "Devices known, silent ones included.")
    let limit = MetricFamily("wayside_devices_limit", .gauge, help: "How many devices may be known.")
    let refusedDevices = MetricFamily(
        "wayside_device_messages_refused_total", .counter,
        help: "Messages of devices beyond the limit of devices.")
    let ignored = MetricFamily(
        "wayside_device_messages_ignored_total", .counter,
        help: "Messages that no profile and no mapping in use takes, for their topic or for a mapping's conditions.")

    private static func gauge(_ name: String, _ help: String, unit: String = "") -> MetricFamily {
        MetricFamily(name, .gauge, help: help, unit: unit, labels: ["device_id"])
    }

    private static func counter(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily(name, .counter, help: help, labels: ["device_id"])
    }
}
