internal import BatchRecord
internal import Daemon
internal import DeviceIntake
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RingLog
internal import ServiceLifecycle
internal import SettingsFile

/// One running agent: everything that its settings name, opened and wired together.
final class Agent: Sendable {
    let settings: AgentSettings
    let clock: AgentClock
    let host: HostDesk
    let desk: DeviceDesk
    let links: [BrokerLink]
    /// Nil without destinations: then nothing is kept for shipping.
    let buffer: FlashBuffer?
    let shippers: [Shipper]
    let time: ClockDesk<FlashDisk>
    let requests = HTTPMetrics()
    private let metrics: AgentMetrics
    private let upBatchSeries: [Series]
    private let startBootNanoseconds: Int64
    private let client: HTTPClient
    private let logger: Logger

    /// Opens the buffer and reads the devices' states back. Throws where a directory or setting cannot be used.
    init(_ settings: AgentSettings, loops: HTTPEventLoops) throws {
        self.settings = settings
        let logger = settings.log.logger("agent")
        self.logger = logger
        clock = try AgentClock()
        startBootNanoseconds = Clocks.bootNanoseconds()
        let scopes = AgentScopes(settings.identity)
        host = HostDesk(settings: settings.host, scope: scopes.node, clock: clock, logger: settings.log.logger("host"))
        metrics = AgentMetrics(scope: scopes.agent)
        upBatchSeries = scopes.all.map { Series(family: AgentMetrics.Families.up, scope: $0, labelValues: []) }

        try Files.makeDirectory(settings.identity.dataDirectory)
        var intake = DeviceIntake(settings: settings.devices.intake(settings.brokers), scope: scopes.devices)
        if settings.destinations.isEmpty {
            buffer = nil
        } else {
            let opened = try FlashBuffer.open(settings)
            opened.logRecovery(settings.log.logger("buffer"))
            try IntakeRecovery.restore(&intake, from: opened, clock: clock.reading(), logger: logger)
            buffer = opened
        }
        desk = DeviceDesk(intake: intake, clock: clock, logger: settings.log.logger("devices"))
        time = ClockDesk(
            buffer: buffer, bootID: clock.bootID, earliestUnixMilliseconds: BuildTime.unixMilliseconds(),
            waitForSync: settings.time.waitForSync, logger: settings.log.logger("time"),
            devicesTold: { [desk] in desk.clockWasSet(byMilliseconds: $0, isSynchronised: $1) })
        // Before anything is shipped: whether it may be, and at what times.
        let reading = clock.reading()
        time.observe(reading)
        if time.status.isTrusted { desk.forgetStamps(after: reading.unixMilliseconds) }
        let mqttLogger = settings.log.logger("mqtt")
        links = try settings.brokers.map {
            try BrokerLink(settings: $0, agentID: settings.identity.id, logger: mqttLogger)
        }
        client = HTTPClient(loops: loops, userAgent: "wayside-agent/\(Version.text)")
        let (client, clock, buffer) = (client, clock, buffer)
        shippers = try settings.destinations.compactMap { destination in
            guard let buffer else { return nil }
            return try Shipper(
                settings: destination, buffer: buffer, client: client, clock: clock,
                logger: settings.log.logger("shipping"),
                agentID: settings.identity.id)
        }
    }

    var uptimeSeconds: Double { Double(Clocks.bootNanoseconds() - startBootNanoseconds) / 1e9 }

    /// The services, in the order in which they start; they end in reverse.
    func services(_ servers: [any Service]) throws -> [any Service] {
        var services: [any Service] = [ClientService(client)]
        let desk = desk
        if let buffer {
            let keeper = BufferKeeper(buffer: buffer, logger: settings.log.logger("buffer")) {
                IntakeRecovery.records(of: desk, upTo: buffer.status.lastRecord)
            }
            services.append(try keeper.service())
            services += shippers.map { $0 as any Service }
        }
        services.append(try ClockWatch(desk: time, clock: clock, logger: settings.log.logger("time")).service())
        let ticker = AgentTicker(
            interval: settings.host.interval, buffer: buffer, logger: logger, takes: { self.takeTick() })
        services.append(try ticker.service())
        services += servers
        for link in links {
            services.append(
                try link.service(desk: desk) { [buffer] (batch) throws(AgentBufferError) in
                    try buffer?.append(batch, committing: true)
                })
        }
        return services
    }

    /// What remote write gets every `host.interval`: host, devices, the agent itself, and that its jobs are up.
    private func takeTick() -> [SampleBatch] {
        let host = host.collect()
        return [host, desk.tick(), takeSelf()]
    }

    private func takeSelf() -> SampleBatch {
        var batch = SampleBatch(clock: clock.reading(), limit: 10_000)
        for series in upBatchSeries {
            batch.append(Sample(series, unixMilliseconds: batch.clock.unixMilliseconds, value: 1))
        }
        metrics.append(self, to: &batch)
        return batch
    }

    /// What a scrape of `/metrics` gets: host, devices, the agent itself, all as of now.
    func takeScrape() -> [[Sample]] {
        let host = host.collect()
        var own = SampleBatch(clock: clock.reading(), limit: 10_000)
        metrics.append(self, to: &own)
        return [host.samples, desk.currentSamples(), own.samples]
    }
}

/// The scopes of the agent's jobs.
struct AgentScopes {
    let node: SeriesScope
    let devices: SeriesScope
    let agent: SeriesScope

    init(_ identity: IdentitySettings) {
        func scope(_ job: String) -> SeriesScope {
            let fixed = [Label("instance", identity.id), Label("job", job)]
            return SeriesScope(Labels(identity.labels.map { Label($0.name, $0.value) } + fixed))
        }
        node = scope("node")
        devices = scope("devices")
        agent = scope("wayside-agent")
    }

    var all: [SeriesScope] { [node, devices, agent] }
}
