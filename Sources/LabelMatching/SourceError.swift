/// Why a `SeriesSource` could not answer.
package enum SourceError: Error, Hashable, Sendable {
    /// More samples than the caller allowed.
    case tooManySamples(limit: Int)
    /// The caller gave up.
    case cancelled
    /// The storage failed; the text names the file and the reason.
    case storage(String)
}
