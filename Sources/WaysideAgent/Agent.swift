internal import Authentication
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
internal import TLSTransport
internal import Wear

/// One running agent: everything that its settings name, opened and wired together.
final class Agent: Sendable {
    let settings: AgentSettings
    let clock: AgentClock
    let host: HostDesk
    let desk: DeviceDesk
    let brokers: BrokerDesk
    let links: [BrokerLink]
    /// The ring on flash: what must survive a restart, and with destinations what is to be shipped.
    let ring: FlashBuffer
    let snapshotTurn = SnapshotTurn()
    /// The ring as the buffer of what is to be shipped; nil without destinations, when nothing is kept for that.
    let buffer: FlashBuffer?
    let shippers: [Shipper]
    let time: ClockDesk<FlashDisk>
    let requests = HTTPMetrics()
    /// Nil where everybody may ask.
    let access: ListenerAccess?
    private let metrics: AgentMetrics
    private let ends: TickEnds
    private let upBatchSeries: [Series]
    private let startBootNanoseconds: Int64
    /// Nil for plain HTTP.
    let listenerTLS: ReloadingTLSContext?
    /// Our sides of TLS, for the metric of when their certificates end.
    let tlsContexts: [(use: String, context: ReloadingTLSContext)]
    /// One for each destination, since each has its own certificates.
    private let clients: [HTTPClient]
    let logger: Logger

    /// Opens the buffer and reads the devices' states back. Throws where a directory or setting cannot be used.
    init(_ settings: AgentSettings, loops: HTTPEventLoops) throws {
        self.settings = settings
        let logger = settings.log.logger("agent")
        self.logger = logger
        let accessLog = AccessLog(logger: settings.log.logger("http"))
        access = ListenerAccess(settings.access, realm: "wayside-agent") { accessLog.note($0, $1) }
        clock = try AgentClock()
        startBootNanoseconds = Clocks.bootNanoseconds()
        let scopes = AgentScopes(settings.identity)
        host = HostDesk(settings: settings.host, scope: scopes.node, clock: clock, logger: settings.log.logger("host"))
        metrics = AgentMetrics(scope: scopes.agent)
        brokers = BrokerDesk(scope: scopes.brokers, clock: clock)
        upBatchSeries = scopes.jobs(of: settings.brokers).map {
            Series(family: AgentMetrics.Families.up, scope: $0, labelValues: [])
        }

        settings.devices.warnOfOpenKeys(logger)
        var intake = DeviceIntake(settings: settings.devices.intake(settings.brokers), scope: scopes.devices)
        var wear = WearTracker(settings: settings.devices.wear, scope: scopes.devices)
        let opened = try Agent.openRing(settings, GapOrigin(scope: scopes.agent, clock: clock.reading()))
        try DeviceRecovery.restore(&intake, &wear, from: opened, clock: clock.reading(), logger: logger)
        ring = opened
        if settings.destinations.isEmpty {
            buffer = nil
            ends = TickEnds()
        } else {
            buffer = opened
            ends = TickEnds(earlier: LastTick(in: opened, logger: logger))
        }
        desk = DeviceDesk(
            intake: intake, wear: wear, isWearProvisional: opened.beganWithoutDisk, clock: clock,
            logger: settings.log.logger("devices"))
        time = ClockDesk(
            buffer: buffer, bootID: clock.bootID, earliestUnixMilliseconds: BuildTime.unixMilliseconds(),
            waitForSync: settings.time.waitForSync, logger: settings.log.logger("time"),
            devicesTold: { [desk] in desk.clockWasSet(byMilliseconds: $0, isSynchronised: $1) })
        // Before anything is shipped: whether it may be, and at what times.
        let reading = clock.reading()
        time.observe(reading)
        if time.status.isTrusted { desk.forgetStamps(after: reading.unixMilliseconds) }
        let mqttLogger = settings.log.logger("mqtt")
        links = try settings.brokers.map { [brokers] in
            try BrokerLink(
                settings: $0, topics: settings.devices.mappedTopics, agentID: settings.identity.id, brokers: brokers,
                logger: mqttLogger)
        }
        let shipping = settings.log.logger("shipping")
        let secured = try settings.destinations.map { destination in
            try destination.tls.map { try TLSLog.context(.client($0), name: $0.name, logger: shipping) }
        }
        clients = secured.map { HTTPClient(loops: loops, userAgent: "wayside-agent/\(Version.text)", tls: $0) }
        listenerTLS = try settings.listenerTLS.map {
            try TLSLog.context(.server($0.server), name: $0.server.name, logger: logger)
        }
        tlsContexts =
            secured.compactMap { context in context.map { ("remote_write", $0) } }
            + links.compactMap { link in link.tls.map { ("mqtt", $0) } }
            + (listenerTLS.map { [("http", $0)] } ?? [])
        let (clock, buffer) = (clock, buffer)
        shippers = try zip(settings.destinations, clients).compactMap { destination, client in
            guard let buffer else { return nil }
            return try Shipper(
                settings: destination, buffer: buffer, client: client, clock: clock, logger: shipping,
                agentID: settings.identity.id, dataDirectory: settings.identity.dataDirectory)
        }
    }

    private static func openRing(_ settings: AgentSettings, _ gaps: GapOrigin) throws -> FlashBuffer {
        let start = Clocks.bootNanoseconds()
        let opened = try FlashBuffer.open(settings, gaps: gaps)
        let took = (Clocks.bootNanoseconds() - start) / 1_000_000
        opened.logRecovery(settings.log.logger("buffer"), milliseconds: took)
        return opened
    }

    var uptimeSeconds: Double { Double(Clocks.bootNanoseconds() - startBootNanoseconds) / 1e9 }

    /// The services, in the order in which they start; they end in reverse.
    func services(_ servers: [any Service]) throws -> [any Service] {
        var services: [any Service] = clients.map { ClientService($0) }
        let (desk, ring) = (desk, ring)
        // Without destinations no samples are in the ring from which wear could be made again.
        let wearChangeCount: @Sendable () -> UInt64 = { desk.wearChangeCount }
        let keeper = BufferKeeper(
            buffer: ring, turn: snapshotTurn, logger: settings.log.logger("buffer"),
            maximumLoss: settings.buffer.maximumLoss,
            unjournaled: buffer == nil ? wearChangeCount : nil,
            isSnapshotDue: desk.takeIsWearSnapshotDue
        ) {
            DeviceRecovery.records(of: desk, in: ring)
        }
        services.append(try keeper.service())
        services += shippers.map { $0 as any Service }
        services.append(try ClockWatch(desk: time, clock: clock, logger: settings.log.logger("time")).service())
        let ticker = AgentTicker(
            interval: settings.host.interval, buffer: buffer, logger: logger, takes: { self.takeTick() },
            stored: { self.ends.confirm(TickEnds.Source(rawValue: $0)) })
        services.append(try ticker.service())
        services += servers
        for link in links {
            services.append(
                try link.service(desk: desk, buffer: buffer))
            if let statistics = link.statistics { services.append(try statistics.service()) }
        }
        return services
    }

    /// What remote write gets every `host.interval`: host, devices, brokers, the agent itself and that its jobs are up,
    /// wear.
    private func takeTick() -> [SampleBatch] {
        // In the order of `TickEnds.Source`.
        var batches = [host.collect(), desk.tick(), brokers.collect(), takeSelf(), desk.wearSamples()]
        if buffer != nil { ends.mark(&batches) }
        return batches
    }

    private func takeSelf() -> SampleBatch {
        var batch = SampleBatch(clock: clock.reading(), limit: 10_000)
        for series in upBatchSeries {
            batch.append(Sample(series, unixMilliseconds: batch.clock.unixMilliseconds, value: 1))
        }
        metrics.append(self, to: &batch)
        return batch
    }

    /// What a scrape of `/metrics` gets: host, devices, brokers, wear, the agent itself, all as of now.
    func takeScrape() -> [[Sample]] {
        let host = host.collect()
        var own = SampleBatch(clock: clock.reading(), limit: 10_000)
        metrics.append(self, to: &own)
        return [
            host.samples, desk.currentSamples(), brokers.collect().samples, desk.wearSamples().samples, own.samples,
        ]
    }
}

/// The scopes of the agent's jobs.
struct AgentScopes {
    let node: SeriesScope
    let devices: SeriesScope
    let brokers: SeriesScope
    let agent: SeriesScope

    init(_ identity: IdentitySettings) {
        func scope(_ job: String) -> SeriesScope {
            let fixed = [Label("instance", identity.id), Label("job", job)]
            return SeriesScope(Labels(identity.labels.map { Label($0.name, $0.value) } + fixed))
        }
        node = scope("node")
        devices = scope("devices")
        brokers = scope("mosquitto")
        agent = scope("wayside-agent")
    }

    /// Those of the jobs that an agent with these brokers has.
    func jobs(of settings: [BrokerSettings]) -> [SeriesScope] {
        let hasStatistics = settings.contains { $0.profiles.contains(.broker) }
        return [node, devices, agent] + (hasStatistics ? [brokers] : [])
    }
}
