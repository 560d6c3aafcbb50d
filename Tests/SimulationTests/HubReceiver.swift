import LabelMatching
import MetricModel
import RemoteWrite

@testable import SampleStore
@testable import WaysideAgent

/// A Wayside hub: its real memory (`StoreCore.Memory`: ledger of requests and head of samples) without its disk and
/// threads, beside a model of three lines that must come to the same counts.
final class HubReceiver: SimulatedReceiver {
    static let agent = "gateway"
    var receipts = Receipts()
    private var memory: StoreCore.Memory
    /// What the model holds: the identities taken, and of each series the value at each time.
    private var identities: [RequestIdentity] = []
    private var stored: [SeriesTime: Int] = [:]
    /// What arrived, for the comparison with a real store; nil where nobody asks.
    var recorded: [(request: ReceivedRequest, columns: SampleColumns, counts: IngestCounts)]?
    /// Requests and samples that came again.
    private(set) var repeatedRequests = 0
    private(set) var repeatedSamples = 0

    private struct SeriesTime: Hashable {
        let series: Int32
        let unixMilliseconds: Int64
    }

    init() {
        let settings = StoreSettings()
        memory = StoreCore.Memory(settings, sealedThrough: .min)
    }

    func receive(_ request: ArrivedRequest, unixMilliseconds: Int64, _ promises: Promises) -> ReceiverAnswer {
        let identity = request.records.map {
            RequestIdentity(
                agent: Self.agent, ringHigh: $0.ringHigh, ringLow: $0.ringLow, first: $0.first, last: $0.last,
                part: $0.part, parts: $0.partCount, crc: $0.checksum)
        }
        let received = ReceivedRequest(
            contentType: request.format.contentType, contentEncoding: "snappy",
            protocolVersion: request.format.version, sender: Self.agent, identity: identity,
            receivedUnixMilliseconds: unixMilliseconds, body: request.body)
        let counts = memory.apply(received, request.columns)
        recorded?.append((received, request.columns, counts))
        check(counts, request, identity, promises)
        let written = counts.written
        return ReceiverAnswer(
            status: 204, written: request.format == .writeRequest2 ? Int64(written) : nil, acceptsOutOfOrder: true)
    }

    private func check(
        _ counts: IngestCounts, _ request: ArrivedRequest, _ identity: RequestIdentity?, _ promises: Promises
    ) {
        if counts.refused > 0 { promises.violation("hub: \(counts.refused) samples refused") }
        if let identity, identities.contains(identity) {
            repeatedRequests += 1
            if !counts.isRepeatedRequest { promises.violation("hub: a resent request was taken again") }
            return
        }
        if counts.isRepeatedRequest { promises.violation("hub: a new request was taken for a resent one") }
        if let identity { remember(identity) }
        var (stored, repeated) = (0, 0)
        for entry in request.entries {
            let key = SeriesTime(series: entry.series, unixMilliseconds: entry.unixMilliseconds)
            if let there = self.stored[key] {
                repeated += 1
                if there != entry.serial { promises.violation("hub: two values of series \(entry.series) at one time") }
                continue
            }
            stored += 1
            self.stored[key] = entry.serial
            let receipt = receipts.store(entry.serial, series: entry.series, unixMilliseconds: entry.unixMilliseconds)
            if !receipt.isFirst { promises.violation("hub: sample \(entry.serial) is stored a second time") }
            if !receipt.isInOrder && !promises.mayComeLate(entry.serial) {
                promises.violation("hub: series \(entry.series) goes back in time")
            }
        }
        repeatedSamples += repeated
        let others = request.columns.sampleCount - request.entries.count
        guard counts.stored + counts.duplicates + counts.conflicts == stored + repeated + others,
            others > 0 || counts.stored == stored
        else {
            promises.violation("hub: it stored \(counts.stored) samples where \(stored) are new")
            return
        }
    }

    /// As the hub does, as many of the newest.
    private func remember(_ identity: RequestIdentity) {
        identities.append(identity)
        if identities.count >= StoreSettings().identitiesPerAgent * 2 {
            identities.removeFirst(identities.count - StoreSettings().identitiesPerAgent)
        }
    }
}
