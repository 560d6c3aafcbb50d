/// The sixteen ways a value is written; four bits each stand before the values (DESIGN.md, "Values").
enum ValueClass {
    /// The same bits as the value before.
    static let same: UInt8 = 0
    /// +0.
    static let zero: UInt8 = 1
    /// An integer of 1 to 7 bytes: this less one, plus the count.
    static let integerBase: UInt8 = 1
    static let integerLast: UInt8 = 8
    /// A decimal with as many places as the last one, its mantissa in 1 to 5 bytes.
    static let decimalBase: UInt8 = 8
    static let decimalLast: UInt8 = 13
    /// A byte with the places (low four bits) and the mantissa's byte count less one (high four), then the mantissa.
    static let placedDecimal: UInt8 = 14
    /// The eight bytes of the double.
    static let raw: UInt8 = 15
}

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

/// Reads what `ValueWriter` wrote.
struct ValueReader {
    private let classes: UnsafeRawBufferPointer
    private var bytes: ByteReader
    private var index = 0
    private var before: UInt64 = 0
    private var places = 0

    /// Takes the classes of `count` values and what follows them from `reader`.
    init(_ reader: inout ByteReader, count: Int) throws(BatchRecordError) {
        classes = try reader.slice((count + 1) / 2)
        bytes = ByteReader(try reader.slice(reader.remaining))
    }

    /// The next value; called at most `count` times.
    mutating func next() throws(BatchRecordError) -> Double {
        let pair = classes[index / 2]
        let valueClass = index & 1 == 0 ? pair & 15 : pair >> 4
        index += 1
        switch valueClass {
        case ValueClass.same: break
        case ValueClass.zero: before = 0
        case ...ValueClass.integerLast:
            before = Double(try bytes.low(Int(valueClass - ValueClass.integerBase))).bitPattern
        case ...ValueClass.decimalLast:
            let mantissa = try bytes.low(Int(valueClass - ValueClass.decimalBase))
            before = Decimal.value(mantissa: mantissa, places: places).bitPattern
        case ValueClass.placedDecimal:
            let form = try bytes.byte()
            places = Int(form & 15)
            before = Decimal.value(mantissa: try bytes.low(Int(form >> 4) + 1), places: places).bitPattern
        default: before = try bytes.fixed(UInt64.self)
        }
        return Double(bitPattern: before)
    }
}
