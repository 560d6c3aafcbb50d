internal import Daemon
internal import Exposition
internal import HTTPExchange
internal import LinuxSystem
internal import MetricModel
internal import Synchronization

/// What the hub says of itself on `/metrics`.
final class HubMetrics: Sendable {
    private let table: Mutex<SeriesTable>
    private let seriesLimit: Int

    init(seriesLimit: Int) {
        self.seriesLimit = seriesLimit
        table = Mutex(SeriesTable(scope: SeriesScope(.empty), limit: seriesLimit))
    }

    /// The page: what every hub has to say, and what `appendMore` adds.
    func page(
        _ request: HTTPRequest, _ listener: HubListener, relay: RelayDesk?,
        appendMore: (inout SeriesTable, inout SampleBatch) -> Void
    ) -> HTTPResponse {
        let format = ExpositionFormat.negotiated(accept: request.headers["Accept"])
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(samples(listener, relay, appendMore), into: &bytes)
        return HTTPResponse(contentType: format.contentType, body: bytes)
    }

    private func samples(
        _ listener: HubListener, _ relay: RelayDesk?, _ appendMore: (inout SeriesTable, inout SampleBatch) -> Void
    ) -> [Sample] {
        let now = Clocks.unixMilliseconds()
        // The hub's own samples are only served, so the boot does not matter.
        let clock = ClockReading(
            bootID: BootID(high: 0, low: 0), bootNanoseconds: Clocks.bootNanoseconds(), unixMilliseconds: now,
            isSynchronised: true)
        var batch = SampleBatch(clock: clock, limit: seriesLimit)
        table.withLock { table in
            do throws(SystemError) {
                ProcessMetrics.append(
                    try ProcessReading.now(), program: "wayside-hub", version: Version.text, table: &table, to: &batch)
            } catch {
                // Without /proc there is nothing to say of the process.
            }
            for entry in listener.writes.all {
                batch.append(Double(entry.count), of: Families.writeRequests, [entry.outcome], from: &table)
            }
            for entry in listener.refusedAgents.all {
                batch.append(Double(entry.count), of: Families.refusedAgents, [entry.reason], from: &table)
            }
            appendMore(&table, &batch)
            RelaySamples.append(relay, nowUnixMilliseconds: now, table: &table, to: &batch)
            AccessSamples.append(listener.access, table: &table, to: &batch)
            let contexts =
                (listener.tls.map { [("http", $0)] } ?? [])
                + (relay?.targets.compactMap { target in target.tls.map { ("relay", $0) } } ?? [])
            TLSMetrics.append(contexts, table: &table, to: &batch)
            RequestSamples.append(listener.requests, table: &table, to: &batch)
        }
        return batch.samples
    }
}
