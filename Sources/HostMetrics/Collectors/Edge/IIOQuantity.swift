internal import MetricModel

/// What the channels of the kernel's Industrial I/O measure, and how its units become base units.
/// Source: Documentation/ABI/testing/sysfs-bus-iio.
struct IIOQuantity {
    /// The channel's type in the names of files: `in_temp_raw`.
    let type: StaticString
    let family: MetricFamily
    let divisor: Double
    let factor: Double

    static let all = [
        IIOQuantity("temp", "temperature_celsius", "celsius", "Temperature.", divisor: 1000),
        IIOQuantity("voltage", "voltage_volts", "volts", "Voltage.", divisor: 1000),
        IIOQuantity("current", "current_amperes", "amperes", "Current.", divisor: 1000),
        IIOQuantity("power", "power_watts", "watts", "Power.", divisor: 1000),
        IIOQuantity("humidityrelative", "humidity_ratio", "ratio", "Relative humidity.", divisor: 100_000),
        IIOQuantity("pressure", "pressure_pascals", "pascals", "Pressure.", factor: 1000),
        IIOQuantity(
            "accel", "acceleration_meters_per_second_squared", "meters_per_second_squared", "Acceleration."),
        IIOQuantity(
            "anglvel", "angular_velocity_radians_per_second", "radians_per_second", "Angular velocity."),
        IIOQuantity("magn", "magnetic_flux_density_teslas", "teslas", "Magnetic flux density.", divisor: 10_000),
        IIOQuantity("illuminance", "illuminance_lux", "lux", "Illuminance."),
        IIOQuantity("resistance", "resistance_ohms", "ohms", "Resistance."),
        IIOQuantity("distance", "distance_meters", "meters", "Distance."),
        IIOQuantity("concentration", "concentration_ratio", "ratio", "Concentration.", divisor: 100),
    ]

    private init(
        _ type: StaticString, _ name: String, _ unit: String, _ help: String, divisor: Double = 1, factor: Double = 1
    ) {
        self.type = type
        family = MetricFamily(
            "wayside_iio_" + name, .gauge, help: help, unit: unit, labels: ["device", "name", "channel", "label"])
        self.divisor = divisor
        self.factor = factor
    }

    /// The quantity of `temp`, `voltage0` or `accel_x`, and what tells the channel from others of its type (`0`, `x`).
    static func of(channel: Substring) -> (quantity: IIOQuantity, channel: String)? {
        let type = channel.prefix { $0.isASCII && $0.isLowercase }
        guard let quantity = all.first(where: { "\($0.type)" == type }) else { return nil }
        let rest = channel.dropFirst(type.count)
        return (quantity, String(rest.first == "_" ? rest.dropFirst() : rest))
    }
}
