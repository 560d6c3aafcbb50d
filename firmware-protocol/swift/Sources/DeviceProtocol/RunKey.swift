/// A quantity as CBOR has it: a code, or the name with its unit.
struct RunKey {
    /// A head of two bytes, the longest name, a colon, the longest unit.
    private static let byteLimit = 83
    private var bytes = InlineArray<83, UInt8>(repeating: 0)
    private var byteCount = 0
    /// Of these, those of the text.
    private var textByteCount = 0
    /// What the code stands for, where it is one.
    private var code: QuantityCode?

    /// No quantity.
    init() {}

    init(_ quantity: ProtocolText, unit: ProtocolText) {
        if let number = QuantityCode.find(quantity.bytes, unit: unit.bytes) {
            append(head: 0, Int(truncatingIfNeeded: number))
            code = QuantityCode(UInt64(truncatingIfNeeded: number))
            return
        }
        let unitCount = unit.byteCount == 0 ? 0 : unit.byteCount + 1
        textByteCount = quantity.byteCount + unitCount
        append(head: 3, textByteCount)
        append(quantity)
        guard unitCount > 0 else { return }
        append(byte: 0x3a)
        append(unit)
    }

    func append(to sink: inout ByteSink) {
        for index in 0..<byteCount { sink.append(byte: bytes[index]) }
    }

    /// Whether this is the key of that quantity.
    func names(_ quantity: ProtocolText, unit: ProtocolText) -> Bool {
        if let code {
            return QuantityCode.equal(quantity.bytes, code.name) && QuantityCode.equal(unit.bytes, code.unit)
        }
        let unitCount = unit.byteCount == 0 ? 0 : unit.byteCount + 1
        guard textByteCount == quantity.byteCount + unitCount else { return false }
        let start = byteCount - textByteCount
        for index in 0..<quantity.byteCount where bytes[start + index] != quantity.bytes[index] { return false }
        guard unitCount > 0 else { return true }
        let unitStart = start + quantity.byteCount + 1
        guard bytes[unitStart - 1] == 0x3a else { return false }
        for index in 0..<unit.byteCount where bytes[unitStart + index] != unit.bytes[index] { return false }
        return true
    }

    private mutating func append(head major: UInt8, _ count: Int) {
        let byte = UInt8(truncatingIfNeeded: count)
        if count >= 24 { append(byte: major << 5 | 24) }
        append(byte: count >= 24 ? byte : major << 5 | byte)
    }

    private mutating func append(_ text: ProtocolText) {
        for byte in text.bytes { append(byte: byte) }
    }

    private mutating func append(byte: UInt8) {
        guard byteCount < RunKey.byteLimit else { return }
        bytes[byteCount] = byte
        byteCount += 1
    }
}
