internal import MetricModel

/// The families of wear, vibration and anomalies.
struct WearFamilies: Sendable {
    let wear = component("wear_percentage", .gauge, "Life used up: 100 is the end of the declared life; it goes on.")
    let remaining = component(
        "remaining_useful_life_hours", .gauge,
        "Hours of observed operation until the end of life; only where there is an honest figure.", "hours")
    let lower = component(
        "remaining_useful_life_lower_hours", .gauge, "Lower bound of a 90 % interval of the remaining life.", "hours")
    let upper = component(
        "remaining_useful_life_upper_hours", .gauge, "Upper bound of a 90 % interval of the remaining life.", "hours")
    let state = MetricFamily(
        "wayside_remaining_useful_life_state", .gauge,
        help: "1 for how the remaining life stands, ok or why there is none.",
        labels: ["device_id", "component", "reason"])
    let observed = component("wear_observed_seconds_total", .counter, "Time that counted towards wear.")
    let unobserved = component("wear_unobserved_seconds_total", .counter, "Time without readings, which is no wear.")
    let resets = component("wear_resets_total", .counter, "Times the component was replaced and its wear reset.")
    let lastReset = component(
        "wear_last_reset_timestamp_seconds", .gauge, "When the wear was last reset, in Unix time.", "seconds")
    let refused = component(
        "wear_refused_samples_total", .counter, "Samples whose value, or the damage of it, was no number.")
    let zone = MetricFamily(
        "sensor_vibration_severity_zone", .gauge, help: "ISO 20816-3 zone of vibration: 0 A, 1 B, 2 C, 3 D.",
        labels: ["device_id", "axis"])
    let acceleration = MetricFamily(
        "sensor_vibration_dynamic_acceleration_meters_per_second_squared", .gauge,
        help: "Root mean square of acceleration without gravity.", unit: "meters_per_second_squared",
        labels: ["device_id"])
    let vibrationState = MetricFamily(
        "wayside_vibration_state", .gauge,
        help: "1 for how gravity is dealt with: ok, settling, or why no vibration is given.",
        labels: ["device_id", "reason"])
    let anomaly = MetricFamily(
        "sensor_anomaly", .gauge, help: "1 while a channel of the quantity does not belong, by this method.",
        labels: ["device_id", "quantity", "method"])
    let anomalies = MetricFamily(
        "ai_anomalies_detected_total", .counter, help: "Anomalies that began, by how bad.",
        labels: ["device_id", "severity"])
    let refusedComponents = MetricFamily(
        WearTracker.markerName, .counter,
        help: "Components, channels and machines not tracked because a limit was reached.")
    let damaged = MetricFamily(
        "wayside_wear_damaged_records_total", .counter,
        help: "Wear records of the ring that could not be read back at the start.")

    init() {}

    private static func component(
        _ name: String, _ type: MetricType, _ help: String, _ unit: String = ""
    ) -> MetricFamily {
        MetricFamily(name, type, help: help, unit: unit, labels: ["device_id", "component"])
    }
}
