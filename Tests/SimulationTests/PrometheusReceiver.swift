import RemoteWrite

/// A Prometheus that speaks 1.0: a request with one sample that is older than its series' newest, or another at the
/// same time, is refused as a whole with 400, as its appender rolls back.
final class PrometheusReceiver: SimulatedReceiver {
    /// What it makes of a 2.0 message.
    enum Manner: CaseIterable {
        /// Reads it as an empty 1.0 message and answers 204, as Debian's does.
        case swallows
        case unsupportedMediaType
        case badRequest
    }

    var receipts = Receipts()
    private let manner: Manner
    private var newest: [Int32: (unixMilliseconds: Int64, serial: Int)] = [:]

    init(manner: Manner) {
        self.manner = manner
    }

    func receive(_ request: ArrivedRequest, unixMilliseconds: Int64, _ promises: Promises) -> ReceiverAnswer {
        guard request.format == .writeRequest1 else {
            switch manner {
            case .swallows: return ReceiverAnswer(status: 204)
            case .unsupportedMediaType: return ReceiverAnswer(status: 415, firstLine: "unsupported media type")
            case .badRequest: return ReceiverAnswer(status: 400, firstLine: "proto: wrong wire type")
            }
        }
        guard isTaken(request.entries) else { return ReceiverAnswer(status: 400, firstLine: "out of order sample") }
        for entry in request.entries {
            newest[entry.series] = (entry.unixMilliseconds, entry.serial)
            let stored = receipts.store(entry.serial, series: entry.series, unixMilliseconds: entry.unixMilliseconds)
            if !stored.isInOrder && !promises.mayComeLate(entry.serial) {
                promises.violation("prometheus: series \(entry.series) goes back in time")
            }
        }
        return ReceiverAnswer(status: 204)
    }

    private func isTaken(_ entries: [ArrivedRequest.Entry]) -> Bool {
        var newest: [Int32: (unixMilliseconds: Int64, serial: Int)] = [:]
        for entry in entries {
            if let last = newest[entry.series] ?? self.newest[entry.series] {
                if entry.unixMilliseconds < last.unixMilliseconds { return false }
                if entry.unixMilliseconds == last.unixMilliseconds && entry.serial != last.serial { return false }
            }
            newest[entry.series] = (entry.unixMilliseconds, entry.serial)
        }
        return true
    }
}
