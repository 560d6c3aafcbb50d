internal import HTTPExchange
internal import LinuxSystem
internal import PrometheusAPI
internal import Synchronization

/// The large answers that clients are reading, and what of their results is held until then.
///
/// Together they hold `byteLimit`. Past it the answer whose next piece was asked for longest ago makes way, which is that
/// of the slowest reader: its result is let go at once, and its connection broken off.
final class UnreadAnswers: Sendable {
    struct Counts: Hashable {
        var answers = 0
        var heldByteCount = 0
        var givenUp: UInt64 = 0
    }

    private struct Entry {
        let rest: AnswerRest
        /// Which of all requests for a piece was its last.
        var askedAt: UInt64
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        /// Of requests for pieces, and of answers.
        var nextNumber: UInt64 = 0
        var givenUp: UInt64 = 0
        var heldByteCount: Int { entries.values.reduce(0) { $0 + $1.rest.heldByteCount } }

        mutating func takeNumber() -> UInt64 {
            nextNumber += 1
            return nextNumber
        }
    }

    private let state = Mutex(State())
    private let byteLimit: Int

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    var counts: Counts {
        state.withLock {
            Counts(answers: $0.entries.count, heldByteCount: $0.heldByteCount, givenUp: $0.givenUp)
        }
    }

    /// The body of an answer that begins with `first`. It counts until it has been read or nobody wants it any more.
    func body(_ first: [UInt8], _ rest: AnswerRest) -> HTTPBodyStream {
        let (number, givenUp) = state.withLock { state in
            let number = state.takeNumber()
            state.entries[number] = Entry(rest: rest, askedAt: number)
            return (number, makeRoom(&state))
        }
        // Outside the lock, since one may be writing a piece just now.
        for other in givenUp { other.giveUp() }
        let reading = Reading(answers: self, number: number, first: first, rest: rest)
        return HTTPBodyStream { try reading.next() }
    }

    /// Takes out those that make way. One alone may hold what a query may.
    private func makeRoom(_ state: inout State) -> [AnswerRest] {
        var givenUp: [AnswerRest] = []
        var byteCount = state.heldByteCount
        while byteCount > byteLimit, state.entries.count > 1,
            let slowest = state.entries.min(by: { $0.value.askedAt < $1.value.askedAt })
        {
            state.entries[slowest.key] = nil
            state.givenUp += 1
            byteCount -= slowest.value.rest.heldByteCount
            givenUp.append(slowest.value.rest)
        }
        return givenUp
    }

    private func noteRequest(_ number: UInt64) {
        state.withLock { state in
            let askedAt = state.takeNumber()
            state.entries[number]?.askedAt = askedAt
        }
    }

    private func remove(_ number: UInt64) { state.withLock { $0.entries[number] = nil } }

    /// One answer being read: its stream holds it.
    private final class Reading: Sendable {
        private let answers: UnreadAnswers
        private let number: UInt64
        private let first: Mutex<[UInt8]?>
        private let rest: AnswerRest
        private let byteCount: Int

        init(answers: UnreadAnswers, number: UInt64, first: [UInt8], rest: AnswerRest) {
            self.answers = answers
            self.number = number
            self.first = Mutex(first)
            self.rest = rest
            byteCount = rest.heldByteCount
        }

        deinit {
            answers.remove(number)
            if byteCount >= QueryRoutes.muchMemory { MemoryAllocator.giveBack() }
        }

        func next() throws(AnswerRest.GivenUp) -> [UInt8]? {
            answers.noteRequest(number)
            if let first = first.withLock({ $0.take() }) { return first }
            return try rest.nextPiece()
        }
    }
}
