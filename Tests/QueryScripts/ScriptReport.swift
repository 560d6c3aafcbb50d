/// What running one script came to.
package struct ScriptReport: Sendable {
    /// What an eval that fails would need.
    package enum Reason: String, Sendable, CaseIterable {
        case nativeHistograms = "native histograms"
        case startTimestamps = "start timestamps"
        /// Nothing that is left out on purpose: a mistake.
        case none = "nothing that is left out"
    }

    package struct Failure: Sendable, CustomStringConvertible {
        package let line: Int
        package let query: String
        /// What was wanted and what came.
        package let message: String
        package let reason: Reason
        package var description: String { "line \(line): \(query): \(message)" }
    }

    package var total = 0
    package var failures: [Failure] = []
    /// Lines that are not of the script language; with any, the script was not run as it was meant.
    package var unreadable: [String] = []

    package var passed: Int { total - failures.count }

    package func count(_ reason: Reason) -> Int { failures.count { $0.reason == reason } }
}
