internal import DeviceProtocol

/// What a decoder found in a payload; one value is reused for all messages so that decoding allocates nothing.
///
/// Texts are ranges of `text`, with escapes undone.
struct DecodedMessage {
    struct Reading {
        var quantity: Range<Int> = 0..<0
        var channel: Range<Int> = 0..<0
        var unit: Range<Int> = 0..<0
        /// nil where the sensor said that it has no reading (`null`).
        var value: Double?
    }

    /// A reading that a birth message says will come.
    struct Quantity {
        var quantity: Range<Int>
        var channel: Range<Int>
    }

    var text: [UInt8] = []
    var readings: [Reading] = []
    var deviceID: Range<Int> = 0..<0
    var bootID: UInt32?
    var sequence: UInt32?
    var uptimeMilliseconds: UInt64?
    var unixMilliseconds: UInt64?
    var isSynchronised = false
    var intervalMilliseconds: UInt32?
    var firmware: Range<Int> = 0..<0
    var model: Range<Int> = 0..<0
    var resetReason: Range<Int> = 0..<0
    var isOffline: Bool?
    /// Readings of quantities that a later version of the protocol must know.
    var refusedReadingCount = 0
    /// What a birth message says its device will send.
    var quantities: [Quantity] = []
    /// What it says of the machine's wear.
    var wear: [DeclaredWear] = []
    /// A native message as it was decoded: what its MAC is checked by.
    var received: ReceivedMessage?
    /// How long before (below 0) or after its arrival it was measured, by the device.
    var relativeMilliseconds: Int64?
    /// Whether a mapped message says something by which it is told from one with the same content.
    var isNamed = false

    mutating func reset() {
        var emptyText = text
        var emptyReadings = readings
        text = []
        readings = []
        emptyText.removeAll(keepingCapacity: true)
        emptyReadings.removeAll(keepingCapacity: true)
        self = DecodedMessage()
        text = emptyText
        readings = emptyReadings
    }

    /// The text at `range` as a string.
    func string(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    /// Appends a literal to `text`.
    mutating func append(_ literal: StaticString) -> Range<Int> {
        let start = text.count
        text.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
        return start..<text.count
    }

    /// Appends a number from 0 to 99 in decimal.
    mutating func append(number: Int) -> Range<Int> {
        let start = text.count
        if number >= 10 { text.append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10)) }
        text.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
        return start..<text.count
    }
}
