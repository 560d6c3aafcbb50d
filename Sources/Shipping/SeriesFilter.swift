/// What a destination is sent of each series: `keep`, `drop` and `resolution`.
package struct SeriesFilter: Sendable, Hashable {
    /// What is done with the samples of a series.
    enum Treatment: Hashable {
        case sendsAll
        /// One sample in each interval of so many milliseconds.
        case sendsOneEvery(milliseconds: Int64)
        case leavesOut(LeftOutReason)
    }

    package let keep: [SeriesSelector]
    package let drop: [SeriesSelector]
    /// Milliseconds by job.
    package let resolution: [String: Int64]
    private static let jobLabel = Array("job".utf8)

    /// - Parameters:
    ///   - keep: of these series only, where there are any.
    ///   - drop: not of these, even if kept.
    ///   - resolution: for series with these values of `job`, one sample in so many milliseconds.
    package init(keep: [SeriesSelector] = [], drop: [SeriesSelector] = [], resolution: [String: Int64] = [:]) {
        precondition(resolution.values.allSatisfy { $0 > 0 }, "an interval has a length")
        self.keep = keep
        self.drop = drop
        self.resolution = resolution
    }

    package var isThinning: Bool { !resolution.isEmpty }

    /// Whether it sends everything.
    package var isOpen: Bool { keep.isEmpty && drop.isEmpty && resolution.isEmpty }

    /// Which of `keep` and `drop` leaves out the series with these packed labels, nil where it is sent.
    package func reasonForLeavingOut(_ packedLabels: UnsafeRawBufferPointer) -> LeftOutReason? {
        if case .leavesOut(let reason) = treatment(of: packedLabels) { return reason }
        return nil
    }

    func treatment(of packedLabels: UnsafeRawBufferPointer) -> Treatment {
        if isOpen { return .sendsAll }
        if !keep.isEmpty, !keep.contains(where: { $0.matches(packedLabels) }) { return .leavesOut(.keep) }
        if drop.contains(where: { $0.matches(packedLabels) }) { return .leavesOut(.drop) }
        guard !resolution.isEmpty else { return .sendsAll }
        let job = String(
            decoding: SeriesSelector.value(of: SeriesFilter.jobLabel, in: packedLabels), as: UTF8.self)
        return resolution[job].map { .sendsOneEvery(milliseconds: $0) } ?? .sendsAll
    }
}
