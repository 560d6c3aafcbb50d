internal import LabelMatching
internal import MetricModel
internal import Synchronization

/// Work on many series, each by itself, which several threads do together: each takes the next series until there is
/// none.
final class SeriesWork<Result: HeldSeries & Sendable>: Sendable {
    typealias Body = @Sendable (Labels, inout SampleBuffer, inout SampleCounter?) throws(QueryError) -> Result?

    private let selection: OrderedSelection
    private let stepCount: Int
    private let sampleLimit: Int
    private let share: MemoryShare
    private let interruption: @Sendable () -> QueryInterruption?
    private let body: Body
    private let next = Atomic(0)
    private let heldSamples: Atomic<Int>
    private let peakSamples: Atomic<Int>
    private let failure = Mutex<QueryError?>(nil)
    private let isStopped = Atomic(false)
    /// What each thread counts with; nil where nothing is counted.
    private let emptyCounter: SampleCounter?
    private let counted: Mutex<SampleCounter?>
    // A place for each series. Only the thread that took a series touches its place, and nobody reads one until all
    // threads are done.
    private nonisolated(unsafe) let places: UnsafeMutableBufferPointer<Result?>

    init(
        _ selection: OrderedSelection, stepCount: Int, heldSamples: Int, sampleLimit: Int, share: MemoryShare,
        counter: SampleCounter?, interruption: @escaping @Sendable () -> QueryInterruption?, _ body: @escaping Body
    ) {
        self.selection = selection
        self.stepCount = stepCount
        self.heldSamples = Atomic(heldSamples)
        peakSamples = Atomic(heldSamples)
        self.sampleLimit = sampleLimit
        self.share = share
        emptyCounter = counter
        counted = Mutex(counter)
        self.interruption = interruption
        self.body = body
        places = .allocate(capacity: selection.count)
        places.initialize(repeating: nil)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    /// A thread's part.
    func run() {
        var buffer = SampleBuffer()
        var counter = emptyCounter
        defer { if let counter { counted.withLock { $0?.add(counter) } } }
        while !isStopped.load(ordering: .relaxed) {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < selection.count else { return }
            do throws(QueryError) {
                places[number] = try one(number, &buffer, &counter)
            } catch {
                failure.withLock { $0 = $0 ?? error }
                isStopped.store(true, ordering: .relaxed)
            }
        }
    }

    private func one(
        _ number: Int, _ buffer: inout SampleBuffer, _ counter: inout SampleCounter?
    ) throws(QueryError) -> Result? {
        if let reason = interruption() { throw QueryError(reason) }
        let labels = try selection.read(number, into: &buffer, sampleLimit: sampleLimit)
        if buffer.values.isEmpty { return nil }
        // For as long as it takes, the samples; afterwards what came of them.
        let passing = buffer.values.count + stepCount
        let held = heldSamples.add(passing, ordering: .relaxed).newValue
        peakSamples.max(held, ordering: .relaxed)
        if held > sampleLimit { throw .tooManySamples(limit: sampleLimit) }
        try share.cover(held)
        let result = try body(labels, &buffer, &counter)
        heldSamples.subtract(passing - (result?.sampleCount ?? 0), ordering: .relaxed)
        return result
    }

    /// What came of the series, in their order, how many samples are held then and were at most, and what all threads
    /// together have counted. To be asked when all are done.
    func results() throws(QueryError) -> (
        results: [Result], heldSamples: Int, peakSamples: Int, counted: SampleCounter?
    ) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return (
            places.compactMap { $0 }, heldSamples.load(ordering: .relaxed), peakSamples.load(ordering: .relaxed),
            counted.withLock { $0 }
        )
    }
}
