/// A collector's error in the last run.
package struct CollectorFailure: Sendable, Hashable, CustomStringConvertible {
    package let collector: String
    package let error: CollectorError

    package var description: String { "collector \(collector): \(error)" }
}
