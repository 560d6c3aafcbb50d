/// The channel that a place in an array of values stands for: `0`, `1`, …, or the axes' names.
struct PlaceName {
    private var digits = InlineArray<3, UInt8>(repeating: 0x30)
    private var digitCount = 1
    private var axis: StaticString?

    /// nil where there is no such axis.
    init?(_ place: Int, hasAxes: Bool) {
        if hasAxes {
            guard let name = QuantityCode.axis(place) else { return nil }
            axis = name
            return
        }
        // Lists have at most 64 places.
        if place >= 10 {
            digits[0] = 0x30 + UInt8(truncatingIfNeeded: place / 10 % 10)
            digits[1] = 0x30 + UInt8(truncatingIfNeeded: place % 10)
            digitCount = 2
        } else {
            digits[0] = 0x30 + UInt8(truncatingIfNeeded: place)
        }
    }

    func equals(_ text: UnsafeRawBufferPointer) -> Bool {
        if let axis { return QuantityCode.equal(text, axis) }
        guard text.count == digitCount else { return false }
        for index in 0..<digitCount where text[index] != digits[index] { return false }
        return true
    }

    /// Gives the name as bytes that live during the call.
    func withText(_ body: (ProtocolText) -> Void) {
        if let axis { return body(ProtocolText(stringLiteral: axis)) }
        withUnsafeBytes(of: digits) { bytes in
            body(ProtocolText(UnsafeRawBufferPointer(rebasing: bytes[..<digitCount])))
        }
    }
}
