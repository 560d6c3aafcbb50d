/// A parameter of a wear model.
public struct WearParameter: Sendable {
    /// Its name.
    public let name: TextRange
    /// Its value, always finite.
    public let value: Double
}
