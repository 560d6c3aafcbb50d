/// Some samples of a series of a final file: a column of times, and where in the stream their values are.
struct FinalPart: Hashable, Sendable {
    var times: Int
    var place: Int
    var byteCount: Int
}
