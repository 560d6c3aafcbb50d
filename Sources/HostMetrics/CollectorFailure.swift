/// A collector's error in the last run.
package struct CollectorFailure: Sendable, Hashable, CustomStringConvertible {
    package let collector: String
    package let error: CollectorError

    package init(collector: String, error: CollectorError) {
        self.collector = collector
        self.error = error
    }

    package var description: String { "collector \(collector): \(error)" }
}
