internal import LabelMatching
internal import MetricModel

extension Evaluation {
    /// With less to do than this, in samples decoded and steps evaluated, waking another thread costs more than it
    /// brings.
    private static let sharedWorkLeast = 1 << 15

    /// What `body` makes of each series of a selection that has samples in the range, in the order of their labels.
    /// Several threads may run it at once. What is held is the selection, of the series at hand its samples and a value
    /// for each step, and what came of those before. Each thread has a counter of its own, where samples are counted.
    func eachSeries<Result: HeldSeries & Sendable>(
        of selection: OrderedSelection, stepCount: Int, _ body: @escaping SeriesWork<Result>.Body
    ) throws(QueryError) -> [Result] {
        try hold(selection.byteCount / SampleBuffer.sampleByteCount)
        let work = SeriesWork<Result>(
            selection, stepCount: stepCount, heldSamples: heldSamples, sampleLimit: options.sampleLimit,
            share: share, counter: counter?.emptied, interruption: interruption, body)
        if selection.count > 1, selection.sampleEstimate + selection.count * stepCount >= Self.sharedWorkLeast {
            options.sharing.share { work.run() }
        } else {
            work.run()
        }
        let (results, held, peak, counted) = try work.results()
        if let counted { counter?.add(counted) }
        notePeak(peak)
        try hold(held - heldSamples)
        return results
    }
}
