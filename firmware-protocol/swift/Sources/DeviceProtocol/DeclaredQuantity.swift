/// What a birth message says its telemetry will carry. Source: PROTOCOL.md, "Birth".
public struct DeclaredQuantity: Sendable {
    /// What will be measured.
    public let quantity: TextRange
    /// Which one of several; empty where there is one.
    public let channel: TextRange
    /// The unit's symbol; empty where there is none.
    public let unit: TextRange
}
