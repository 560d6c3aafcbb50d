/// A sender that was refused series, and how often.
package struct SeriesOffender: Sendable, Hashable {
    /// Empty for all the senders past the limit of senders together.
    package let sender: String
    package let seriesCount: Int
    package let refusals: UInt64
}
