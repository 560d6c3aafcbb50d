internal import Synchronization

/// What of a large answer is still to be written: it holds the result, writes a piece when it is asked for one, and lets
/// go of what it has written.
package final class AnswerRest: Sendable {
    /// What it held was given up before all was written.
    package struct GivenUp: Error {}

    private struct State {
        var text: (any PiecewiseText)?
        var isGivenUp = false
    }

    private let state: Mutex<State>
    private let held: Atomic<Int>
    private let pieceByteLimit: Int

    init(_ text: any PiecewiseText, pieceByteLimit: Int) {
        held = Atomic(text.heldByteCount)
        state = Mutex(State(text: text))
        self.pieceByteLimit = pieceByteLimit
    }

    /// The next piece, nil at the end. Takes a millisecond or two, in the caller's thread.
    package func nextPiece() throws(GivenUp) -> [UInt8]? {
        let (piece, isGivenUp) = state.withLock { state -> ([UInt8]?, Bool) in
            let piece = state.text?.nextPiece(byteLimit: pieceByteLimit)
            if state.text?.isAtEnd == true { state.text = nil }
            held.store(state.text?.heldByteCount ?? 0, ordering: .relaxed)
            return (piece, state.isGivenUp)
        }
        if isGivenUp { throw GivenUp() }
        return piece
    }

    /// Bytes of samples, labels and other text that it holds.
    package var heldByteCount: Int { held.load(ordering: .relaxed) }

    /// Lets go of everything; who asks for the next piece is told so.
    package func giveUp() {
        state.withLock { state in
            state.isGivenUp = true
            state.text = nil
        }
        held.store(0, ordering: .relaxed)
    }
}
