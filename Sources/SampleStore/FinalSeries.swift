/// A series of a final file, as its metric's row names it.
struct FinalSeries: Hashable, Sendable {
    /// Its number in the file, counted from 1.
    let number: UInt32
    /// The metric's row: the number of its first series.
    let metric: UInt32
    let labelSet: UInt32
    let chunk: UInt32
}
