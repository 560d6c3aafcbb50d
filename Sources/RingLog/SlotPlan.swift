/// Where a new segment will go: into the file of its only victim, or into a new file once its victims are removed.
struct SlotPlan: Hashable {
    /// Slots by index.
    var victims: [Int]
    var isInPlace: Bool
}
