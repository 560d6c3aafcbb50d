internal import MetricModel

/// The numbers of /sys/class/power_supply (Documentation/ABI/testing/sysfs-class-power).
enum PowerSupplyFamilies {
    static func kinds() -> [NumberFile.Kind] {
        let plain = [
            ("authentic", "authentic", "1 when the supply is known to be genuine."),
            ("calibrate", "calibrate", "1 while the battery is being calibrated."),
            ("capacity", "capacity", "How full the battery is, in percent."),
            ("capacity_alert_max", "capacity_alert_max", "The charge in percent above which there is an alert."),
            ("capacity_alert_min", "capacity_alert_min", "The charge in percent below which there is an alert."),
            ("cycle_count", "cyclecount", "How often the battery was charged and discharged."),
            ("online", "online", "1 when the supply gives power."),
            ("present", "present", "1 when the battery is there."),
            ("time_to_empty_now", "time_to_empty_seconds", "Until the battery is empty at the present load."),
            ("time_to_full_now", "time_to_full_seconds", "Until the battery is full at the present load."),
        ]
        return plain.map { kind($0, divisor: 1) } + micro.map { kind($0, divisor: 1_000_000) }
            + tenths.map { kind($0, divisor: 10) }
    }

    /// Millionths of volts, amperes, watts, watt hours and ampere hours.
    private static let micro = [
        ("current_boot", "current_boot", "The current when the device was started, in amperes."),
        ("current_max", "current_max", "The highest current, in amperes."),
        ("current_now", "current_ampere", "The current now."),
        ("energy_empty", "energy_empty", "What was left when it last counted as empty, in watt hours."),
        ("energy_empty_design", "energy_empty_design", "What is left when it is empty by design, in watt hours."),
        ("energy_full", "energy_full", "What it held when it was last full, in watt hours."),
        ("energy_full_design", "energy_full_design", "What it holds when full by design, in watt hours."),
        ("energy_now", "energy_watthour", "What it holds now."),
        ("voltage_boot", "voltage_boot", "The voltage when the device was started, in volts."),
        ("voltage_max", "voltage_max", "The highest voltage, in volts."),
        ("voltage_max_design", "voltage_max_design", "The highest voltage by design, in volts."),
        ("voltage_min", "voltage_min", "The lowest voltage, in volts."),
        ("voltage_min_design", "voltage_min_design", "The lowest voltage by design, in volts."),
        ("voltage_now", "voltage_volt", "The voltage now."),
        ("voltage_ocv", "voltage_ocv", "The voltage of the open circuit, in volts."),
        ("charge_control_limit", "charge_control_limit", "The most it is charged with now, in amperes."),
        ("charge_control_limit_max", "charge_control_limit_max", "The most that limit can be, in amperes."),
        ("charge_counter", "charge_counter", "The counted charge, in ampere hours."),
        ("charge_empty", "charge_empty", "The charge when it last counted as empty, in ampere hours."),
        ("charge_empty_design", "charge_empty_design", "The charge when empty by design, in ampere hours."),
        ("charge_full", "charge_full", "The charge when it was last full, in ampere hours."),
        ("charge_full_design", "charge_full_design", "The charge when full by design, in ampere hours."),
        ("charge_now", "charge_ampere", "The charge now, in ampere hours."),
        ("charge_term_current", "charge_term_current", "The current at which charging ends, in amperes."),
        ("constant_charge_current", "constant_charge_current", "The charging current that is set, in amperes."),
        ("constant_charge_current_max", "constant_charge_current_max", "The most it can be, in amperes."),
        ("constant_charge_voltage", "constant_charge_voltage", "The charging voltage that is set, in volts."),
        ("constant_charge_voltage_max", "constant_charge_voltage_max", "The most it can be, in volts."),
        ("precharge_current", "precharge_current", "The current for an empty battery, in amperes."),
        ("input_current_limit", "input_current_limit", "The most that is taken from the supply, in amperes."),
        ("power_now", "power_watt", "The power now."),
    ]

    /// Tenths of degrees Celsius.
    private static let tenths = [
        ("temp", "temp_celsius", "The temperature."),
        ("temp_alert_max", "temp_alert_max_celsius", "The temperature above which there is an alert."),
        ("temp_alert_min", "temp_alert_min_celsius", "The temperature below which there is an alert."),
        ("temp_ambient", "temp_ambient_celsius", "The temperature around it."),
        ("temp_ambient_max", "temp_ambient_max_celsius", "The temperature around it that is too high."),
        ("temp_ambient_min", "temp_ambient_min_celsius", "The temperature around it that is too low."),
        ("temp_max", "temp_max_celsius", "The highest temperature it may have."),
        ("temp_min", "temp_min_celsius", "The lowest temperature it may have."),
    ]

    private static func kind(_ row: (file: String, name: String, help: String), divisor: Double) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: row.file,
            family: MetricFamily("node_power_supply_\(row.name)", .gauge, help: row.help, labels: ["power_supply"]),
            divisor: divisor)
    }
}
