internal import LinuxSystem

/// A collector's error in the last run.
package struct CollectorFailure: Sendable, Hashable, CustomStringConvertible {
    package let collector: String
    package let error: CollectorError

    /// Whether there is nothing of the kind on this host: node_exporter too gives `success` 0 then.
    package var isAbsence: Bool {
        if case .system(let error) = error { return error.isNotFound }
        return false
    }

    package init(collector: String, error: CollectorError) {
        self.collector = collector
        self.error = error
    }

    package var description: String { "collector \(collector): \(error)" }
}
