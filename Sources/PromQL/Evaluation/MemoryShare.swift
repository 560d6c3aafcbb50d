internal import LabelMatching
internal import Synchronization

/// What one query has taken of the memory that all share, for as long as it runs.
final class MemoryShare: Sendable {
    /// So much is taken at once, so that the threads of a query seldom meet here.
    private static let stepByteCount = 1 << 20

    private let memory: QueryMemory?
    private let taken = Atomic<Int>(0)
    private let taking = Mutex<Void>(())

    /// Without a limit where there is no `memory`.
    init(_ memory: QueryMemory?) { self.memory = memory }

    deinit { memory?.noteEnd(taken.load(ordering: .relaxed)) }

    /// Takes what so many samples need, unless it has it; throws where it is not to be had.
    func cover(_ samples: Int) throws(QueryError) {
        guard let memory else { return }
        let (byteCount, isOver) = samples.multipliedReportingOverflow(by: SampleBuffer.sampleByteCount)
        if byteCount <= taken.load(ordering: .relaxed), !isOver { return }
        let isTaken = taking.withLock { _ in
            let missing = isOver ? Int.max / 2 : byteCount - taken.load(ordering: .relaxed)
            if missing <= 0 { return true }
            let steps = (missing - 1) / Self.stepByteCount + 1
            guard memory.take(steps * Self.stepByteCount) else { return false }
            taken.add(steps * Self.stepByteCount, ordering: .relaxed)
            return true
        }
        if !isTaken { throw .tooMuchMemory(byteLimit: memory.byteLimit) }
    }
}
