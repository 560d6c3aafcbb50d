/// What to do when the ring is full.
package enum RingPolicy: Hashable, Sendable {
    /// The oldest segment goes, and what was unsent in it is reported (`takeOverwritten`).
    case overwriteOldest
    /// `append` throws `full`, until every destination has acknowledged the oldest segment.
    case refuse
}
