/// One of the parts that a request is sent in, where it is too large for the receiver as a whole.
///
/// The count is a power of two and doubles with each split, so that the parts of a finer split lie within those of
/// the coarser one: what was accepted before a split is not sent again after it.
package struct RequestPart: Sendable, Hashable {
    /// From 1 to `count`.
    package let index: Int
    package let count: Int

    package static let whole = RequestPart(index: 1, count: 1)

    package init(index: Int, count: Int) {
        precondition(count > 0 && count & (count - 1) == 0, "the parts are a power of two, not \(count)")
        precondition((1...count).contains(index), "part \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// The samples of this part among `sampleCount`, in the order of their columns. Adjoining parts share no sample
    /// and leave none out; a series may go on in the next part.
    package func samples(of sampleCount: Int) -> Range<Int> {
        let (before, _) = sampleCount.multipliedReportingOverflow(by: index - 1)
        let (through, _) = sampleCount.multipliedReportingOverflow(by: index)
        return before / count..<through / count
    }

    var next: RequestPart? { index < count ? RequestPart(index: index + 1, count: count) : nil }

    /// The first half of this part in a split twice as fine.
    var halved: RequestPart { RequestPart(index: 2 * index - 1, count: 2 * count) }
}
