/// A part of the machine that wears, as a birth message declares it. Source: PROTOCOL.md, "Birth".
public struct WearDeclaration: Sendable {
    /// The part's name.
    public var component = TextRange.none
    /// The gateway's wear model.
    public var model = TextRange.none
    /// The quantity that the part wears by; empty where the model needs none.
    public var quantity = TextRange.none
    /// That quantity's channel.
    public var channel = TextRange.none
    /// Index of the first of its parameters in `MessageStorage.parameters`.
    public var firstParameter: UInt8 = 0
    /// How many parameters it has.
    public var parameterCount: UInt8 = 0
}
