/// Where a secret comes from.
package enum SecretSource: Hashable, Sendable {
    /// It stands in the settings.
    case inPlace(Secret)
    /// A file holds it, which may change while the program runs.
    case file(path: String)
}
