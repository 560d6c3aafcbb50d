/// A text that is written from front to back, a piece at a time, and lets go of what it has written.
protocol PiecewiseText: Sendable {
    var isAtEnd: Bool { get }
    /// What is still to be written holds so many bytes of samples, labels and other text.
    var heldByteCount: Int { get }

    /// The next piece: as many bytes as `byteLimit`, and past it at most what cannot be divided; fewer only at the end.
    mutating func nextPiece(byteLimit: Int) -> [UInt8]
}
