/// Writes values one after another: classes into one array, what they need into another.
struct ValueWriter {
    private(set) var classes: [UInt8] = []
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var before: UInt64 = 0
    private var places = 0

    /// At most what the next value can add.
    var byteCount: Int { classes.count + bytes.count }

    /// Appends a value; `hint` is the series' own last number of places and is brought up to date.
    mutating func append(_ value: Double, hint: inout Int) {
        defer {
            before = value.bitPattern
            count += 1
        }
        if value.bitPattern == before { return put(ValueClass.same) }
        if value.bitPattern == 0 { return put(ValueClass.zero) }
        guard let decimal = Decimal(value, hint: hint) else {
            put(ValueClass.raw)
            return bytes.appendFixed(value.bitPattern)
        }
        hint = decimal.places
        let size = max(1, (64 - decimal.mantissa.leadingZeroBitCount + 7) / 8)
        if decimal.places == 0 {
            put(ValueClass.integerBase + UInt8(size))
        } else if decimal.places == places && size <= 5 {
            put(ValueClass.decimalBase + UInt8(size))
        } else {
            put(ValueClass.placedDecimal)
            places = decimal.places
            bytes.append(UInt8(places) | UInt8(size - 1) << 4)
        }
        bytes.appendLow(decimal.mantissa, count: size)
    }

    private mutating func put(_ valueClass: UInt8) {
        if count & 1 == 0 { classes.append(valueClass) } else { classes[classes.count - 1] |= valueClass << 4 }
    }

    mutating func removeAll() {
        classes.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        count = 0
        before = 0
        places = 0
    }
}
