/// A quantity as CBOR has it: a code, or the name with its unit.
struct RunKey {
    /// A head of two bytes, the longest name, a colon, the longest unit.
    private static let byteLimit = 83
    private var bytes = InlineArray<83, UInt8>(repeating: 0)
    private(set) var byteCount = 0

    /// No quantity.
    init() {}

    init(_ quantity: ProtocolText, unit: ProtocolText) {
        if let code = QuantityCode.find(quantity.bytes, unit: unit.bytes) {
            append(head: 0, Int(truncatingIfNeeded: code))
            return
        }
        let unitCount = unit.byteCount == 0 ? 0 : unit.byteCount + 1
        append(head: 3, quantity.byteCount + unitCount)
        append(quantity)
        guard unitCount > 0 else { return }
        append(byte: 0x3a)
        append(unit)
    }

    func append(to sink: inout ByteSink) {
        for index in 0..<byteCount { sink.append(byte: bytes[index]) }
    }

    func equals(_ other: RunKey) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount where bytes[index] != other.bytes[index] { return false }
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
