/// A quantity that CBOR messages name by a number. Source: PROTOCOL.md, "CBOR".
struct QuantityCode {
    let name: StaticString
    let unit: StaticString
    /// Whether its places are `x`, `y`, `z` and `magnitude`.
    let hasAxes: Bool

    /// The largest code there is.
    static let last: UInt8 = 27

    private init(_ name: StaticString, _ unit: StaticString, hasAxes: Bool = false) {
        self.name = name
        self.unit = unit
        self.hasAxes = hasAxes
    }

    /// The quantity of `code`, or nil where a later version of the protocol must know it.
    init?(_ code: UInt64) {
        switch code {
        case 1: self.init("motor_current", "A")
        case 2: self.init("vibration_acceleration", "m/s2", hasAxes: true)
        case 3: self.init("temperature", "Cel")
        case 4: self.init("vibration_velocity", "mm/s", hasAxes: true)
        case 5: self.init("rotational_speed", "1/min")
        case 6: self.init("voltage", "V")
        case 7: self.init("current", "A")
        case 8: self.init("power", "W")
        case 9: self.init("energy", "Wh")
        case 10: self.init("pressure", "bar")
        case 11: self.init("humidity", "%RH")
        case 12: self.init("level", "%")
        case 13: self.init("force", "N")
        case 14: self.init("frequency", "Hz")
        case 15: self.init("operating_time", "s")
        case 16: self.init("wifi_rssi", "dBm")
        case 17: self.init("heap_free", "B")
        case 18: self.init("heap_minimum", "B")
        case 19: self.init("battery_voltage", "V")
        case 20: self.init("battery_level", "%")
        case 24: self.init("safety_emergency_stop", "")
        case 25: self.init("safety_door_closed", "")
        case 26: self.init("safety_overload_detected", "")
        case 27: self.init("safety_temperature_ok", "")
        default: return nil
        }
    }

    /// The code of the quantity called `name` with this unit, or with any where `unit` is nil; nil where there is none.
    static func find(_ name: UnsafeRawBufferPointer, unit: UnsafeRawBufferPointer?) -> UInt8? {
        for code in UInt8(1)...last {
            guard let known = QuantityCode(UInt64(truncatingIfNeeded: code)), equal(name, known.name) else { continue }
            guard let unit else { return code }
            return equal(unit, known.unit) ? code : nil
        }
        return nil
    }

    /// Whether the places of the quantity called `name` are axes.
    static func hasAxes(_ name: UnsafeRawBufferPointer) -> Bool {
        equal(name, "vibration_acceleration") || equal(name, "vibration_velocity")
    }

    /// The channel that is at `place` where places are axes; nil where there is no such axis.
    static func axis(_ place: Int) -> StaticString? {
        switch place {
        case 0: "x"
        case 1: "y"
        case 2: "z"
        case 3: "magnitude"
        default: nil
        }
    }

    static func equal(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
        return true
    }
}
