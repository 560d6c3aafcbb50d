internal import Daemon
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RemoteWrite
internal import SampleStore
internal import ServiceLifecycle

/// Watches over the agents: says in the log when one falls silent and when it is back, and writes into the store what
/// alerts are made of, `wayside_fleet_*` of all agents and `up` = 0 for the jobs of those that are down.
struct FleetKeeper: Service {
    let desk: FleetDesk
    let store: SampleStore
    /// The hub's own name, `instance` of the series that it writes of the fleet.
    let instance: String
    let logger: Logger
    /// How often silence is looked for, and how often it is written down.
    private static let interval = Duration.seconds(5)
    private static let writeMilliseconds: Int64 = 60_000
    private static let seriesLimit = 200_000

    func run() async throws {
        let desk = desk
        // Reading the heartbeats of a large fleet takes seconds, which nobody else has to wait for.
        _ = await WorkThreads(name: "fleet-recall", limit: 1).run { desk.recall() }
        var watch = FleetWatch()
        var nextWrite: Int64 = 0
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let now = Clocks.unixMilliseconds()
            desk.register.forget(before: now - desk.settings.forgetAfter.milliseconds)
            let standings = desk.standings(at: now)
            let changes = watch.changes(standings.map { ($0.agent, $0.standing.state) })
            for change in changes { log(change, standings) }
            // A new silence is written down at once, the rest in its time. The clock may have been set back.
            let isDue = now >= nextWrite || nextWrite - now > Self.writeMilliseconds
            if !changes.isEmpty || (isDue && !standings.isEmpty) {
                await write(standings, at: now)
                nextWrite = now + Self.writeMilliseconds
            }
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: FleetKeeper.interval) }
            } catch {
                // Being woken early is what cancellation is for here.
            }
        }
    }

    private func log(
        _ change: FleetWatch.Change,
        _ standings: [(agent: String, entry: AgentRegister.Entry, standing: AgentStanding)]
    ) {
        guard let found = standings.first(where: { $0.agent == change.agent }) else { return }
        let newest = UTCTime(unixMilliseconds: found.entry.newestUnixMilliseconds).text
        let metadata: Logger.Metadata = ["agent": "\(change.agent)", "newest_sample": "\(newest)"]
        if change.isDown {
            logger.warning("an agent is silent; up = 0 is written for its jobs", metadata: metadata)
        } else {
            logger.notice("an agent is heard again", metadata: metadata)
        }
    }

    private func write(
        _ standings: [(agent: String, entry: AgentRegister.Entry, standing: AgentStanding)], at now: Int64
    ) async {
        var columns = SampleColumns()
        if let report = await desk.report() {
            var table = SeriesTable(
                scope: SeriesScope(["instance": instance, "job": OwnRequest.sender]), limit: Self.seriesLimit)
            var batch = SampleBatch(
                clock: ClockReading(
                    bootID: BootID(high: 0, low: 0), bootNanoseconds: 0, unixMilliseconds: now, isSynchronised: true),
                limit: Self.seriesLimit)
            FleetSamples.append(report, &table, to: &batch)
            for sample in batch.samples {
                columns.beginRow(packedLabels: sample.series.fullLabels().packed)
                columns.append(unixMilliseconds: now, value: sample.value)
            }
        }
        for found in standings where found.standing.state == .down {
            for labels in desk.jobs(found.agent, newest: found.entry.newestUnixMilliseconds) {
                columns.beginRow(packedLabels: labels.packed)
                columns.append(unixMilliseconds: now, value: 0)
            }
        }
        guard columns.sampleCount > 0 else { return }
        do {
            _ = try await store.ingest(OwnRequest.request(columns, at: now), decoded: columns)
        } catch {
            logger.warning("what the fleet's alerts need was not stored", metadata: ["error": "\(error)"])
        }
    }
}
