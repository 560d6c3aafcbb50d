/// Which setting left a sample out of what a destination is sent. Such samples are not lost: they stay in the ring
/// until its lap, and other destinations get them.
package enum LeftOutReason: String, Sendable, Hashable, CaseIterable {
    case keep = "keep"
    case drop = "drop"
    case resolution = "resolution"
}
