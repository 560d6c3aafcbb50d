/// How a unit on the wire becomes a unit in a metric's name: base units, as Prometheus names them.
///
/// Symbols are those of SenML (RFC 8428, section 12.1, and RFC 8798). A symbol that is not in the table keeps its
/// values as they are, and its letters and digits become the suffix.
struct MeasuredUnit: Equatable {
    /// What ends the metric's name; empty where the quantity has no unit.
    let suffix: String
    /// What a value is multiplied by to be in the base unit.
    let factor: Double

    private init(_ suffix: String, _ factor: Double = 1) {
        self.suffix = suffix
        self.factor = factor
    }

    init(symbol: String) {
        self = MeasuredUnit.electrical(symbol) ?? MeasuredUnit.mechanical(symbol) ?? MeasuredUnit.other(symbol)
    }

    private static func electrical(_ symbol: String) -> MeasuredUnit? {
        switch symbol {
        case "A": MeasuredUnit("amperes")
        case "mA": MeasuredUnit("amperes", 1e-3)
        case "V": MeasuredUnit("volts")
        case "mV": MeasuredUnit("volts", 1e-3)
        case "W": MeasuredUnit("watts")
        case "kW": MeasuredUnit("watts", 1e3)
        case "VA": MeasuredUnit("volt_amperes")
        case "var": MeasuredUnit("volt_amperes_reactive")
        case "J": MeasuredUnit("joules")
        case "Wh": MeasuredUnit("joules", 3600)
        case "kWh": MeasuredUnit("joules", 3.6e6)
        case "C": MeasuredUnit("coulombs")
        case "Ohm": MeasuredUnit("ohms")
        case "dBm", "dBW": MeasuredUnit(symbol == "dBm" ? "dbm" : "dbw")
        default: nil
        }
    }

    private static func mechanical(_ symbol: String) -> MeasuredUnit? {
        switch symbol {
        case "m": MeasuredUnit("meters")
        case "mm": MeasuredUnit("meters", 1e-3)
        case "m/s": MeasuredUnit("meters_per_second")
        case "mm/s": MeasuredUnit("meters_per_second", 1e-3)
        case "m/s2": MeasuredUnit("meters_per_second_squared")
        case "m3/s": MeasuredUnit("cubic_meters_per_second")
        case "l/s": MeasuredUnit("cubic_meters_per_second", 1e-3)
        case "kg": MeasuredUnit("kilograms")
        case "g": MeasuredUnit("grams")
        case "N": MeasuredUnit("newtons")
        case "Pa": MeasuredUnit("pascals")
        case "hPa": MeasuredUnit("pascals", 100)
        case "bar": MeasuredUnit("pascals", 1e5)
        case "rad": MeasuredUnit("radians")
        case "deg": MeasuredUnit("degrees")
        case "1/min": MeasuredUnit("hertz", 1.0 / 60)
        case "Hz", "1/s": MeasuredUnit("hertz")
        case "kHz": MeasuredUnit("hertz", 1e3)
        default: nil
        }
    }

    private static func other(_ symbol: String) -> MeasuredUnit {
        switch symbol {
        case "": MeasuredUnit("")
        case "Cel": MeasuredUnit("celsius")
        case "K": MeasuredUnit("kelvin")
        case "s": MeasuredUnit("seconds")
        case "ms": MeasuredUnit("seconds", 1e-3)
        case "min": MeasuredUnit("seconds", 60)
        case "h": MeasuredUnit("seconds", 3600)
        case "/": MeasuredUnit("ratio")
        case "%", "/100", "%RH", "%EL": MeasuredUnit("ratio", 0.01)
        case "ppm": MeasuredUnit("ratio", 1e-6)
        case "B": MeasuredUnit("bytes")
        case "KiB": MeasuredUnit("bytes", 1024)
        case "lx": MeasuredUnit("lux")
        case "count": MeasuredUnit("")
        default: MeasuredUnit(MetricNames.word(symbol))
        }
    }
}
