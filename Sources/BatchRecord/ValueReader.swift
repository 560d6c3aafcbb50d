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
