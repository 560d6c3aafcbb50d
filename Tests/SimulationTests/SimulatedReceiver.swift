/// A receiver of remote write, as far as a sender can tell.
protocol SimulatedReceiver: AnyObject {
    /// What it has stored.
    var receipts: Receipts { get set }
    /// Takes a request that has arrived, and says what it answers.
    func receive(_ request: ArrivedRequest, unixMilliseconds: Int64, _ promises: Promises) -> ReceiverAnswer
}

/// What a receiver answers.
struct ReceiverAnswer {
    var status: Int
    /// Samples by its Written header, nil where it sends none.
    var written: Int64?
    var firstLine = ""
    /// Whether it says that it takes samples in any order.
    var acceptsOutOfOrder = false
}
