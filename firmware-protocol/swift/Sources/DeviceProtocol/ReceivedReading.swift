/// One reading of a decoded message. Source: PROTOCOL.md, "A reading".
public struct ReceivedReading: Sendable {
    /// What was measured.
    public let quantity: TextRange
    /// Which one of several; empty where there is one.
    public let channel: TextRange
    /// The unit's symbol; empty where there is none.
    public let unit: TextRange
    /// The value, flags as 1 and 0; nil where the sensor said that it has no reading. Always finite.
    public let value: Double?
}
