/// Numbers as people read them.
package enum HumanText {
    /// A span of milliseconds in at most two units: `250 ms`, `3.2 s`, `5 min 4 s`, `2 h 10 min`, `3 d 4 h`.
    package static func age(_ milliseconds: Int64) -> String {
        if milliseconds < 0 { return "-" + age(-milliseconds) }
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1000
        if seconds < 10 { return "\(fixed(Double(milliseconds) / 1000, 1)) s" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        if seconds < 86_400 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }

    /// `64.0 MiB`, `512 B`.
    package static func bytes(_ count: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count) / 1024
        var unit = 0
        while value >= 1024 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(fixed(value, 1)) \(units[unit])"
    }

    /// With commas between thousands: `1,234,567`.
    package static func count(_ number: UInt64) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Rounded to `places` decimal places, half away from zero.
    package static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// At most four significant digits, for a reading on a screen.
    package static func reading(_ value: Double) -> String {
        let magnitude = abs(value)
        if value == value.rounded() && magnitude < 1e6 { return fixed(value, 0) }
        if magnitude >= 1000 { return fixed(value, 0) }
        if magnitude >= 100 { return fixed(value, 1) }
        if magnitude >= 0.01 { return fixed(value, 2) }
        return "\(value)"
    }
}
