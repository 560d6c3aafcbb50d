/// Names of what the agent says itself. No reading may have one, whoever names it: a family means one thing, with one
/// type and one set of labels. Tests hold these against the families that `DeviceIntake` and `Wear` make.
enum ReservedNames {
    /// Families whose names could be made of a quantity and a unit, too.
    static let families: Set<String> = [
        "sensor_data_age_seconds", "sensor_last_sample_timestamp_seconds", "sensor_anomaly",
        "sensor_vibration_severity_zone", "sensor_vibration_dynamic_acceleration_meters_per_second_squared",
    ]

    /// How the names begin of all else that the agent says, now or in a later version.
    private static let prefixes = [
        "wayside_", "device_", "devices_", "wear_", "remaining_useful_life_", "ai_", "mqtt_", "broker_", "node_",
        "container_", "http_",
    ]

    /// Whether a name that an operator gives is one of the agent's.
    static func contains(_ name: String) -> Bool {
        name == "up" || families.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }
}
