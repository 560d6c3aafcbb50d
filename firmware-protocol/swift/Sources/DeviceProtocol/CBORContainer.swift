/// What remains of an array or a map that is being read.
struct CBORContainer {
    let isIndefinite: Bool
    /// Items of an array or pairs of a map that are still to come; for those of definite length.
    var remaining: UInt64
}
