import MetricModel
import RemoteWrite

/// A receiver of remote write 2.0 that takes everything, as often as it comes: raw duplicates are its own affair, and
/// order is not.
final class PlainReceiver: SimulatedReceiver {
    var receipts = Receipts()
    /// More samples in a request than this are 413.
    private let sampleLimit: Int

    init(sampleLimit: Int) {
        self.sampleLimit = sampleLimit
    }

    func receive(_ request: ArrivedRequest, unixMilliseconds: Int64, _ promises: Promises) -> ReceiverAnswer {
        guard request.columns.sampleCount <= sampleLimit else { return ReceiverAnswer(status: 413) }
        for entry in request.entries {
            let stored = receipts.store(
                entry.serial, series: entry.series, unixMilliseconds: entry.unixMilliseconds)
            if !stored.isInOrder && !promises.mayComeLate(entry.serial) {
                promises.violation("plain: series \(entry.series) goes back in time")
            }
        }
        return ReceiverAnswer(
            status: 200, written: request.format == .writeRequest2 ? Int64(request.columns.sampleCount) : nil)
    }
}
