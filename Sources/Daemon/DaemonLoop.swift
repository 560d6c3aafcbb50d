internal import LinuxSystem
package import Logging
package import ServiceLifecycle
internal import UnixSignals

/// Runs a program's services until SIGTERM or SIGINT, and anew with fresh settings after SIGHUP.
///
/// A reload builds everything again from the new settings: what is durable (buffer, device states, broker sessions)
/// carries over by itself, and there is one way to start, not two. Settings that cannot be read or started leave the
/// old ones in force.
package struct DaemonLoop<Settings: Sendable>: Sendable {
    /// Reads the settings again; an error's description is what the log says.
    package let load: @Sendable () throws -> Settings
    /// Opens what the settings name and answers the services, in starting order.
    package let start: @Sendable (Settings) async throws -> [any Service]
    package let logger: Logger
    /// How long services may take to end after SIGTERM before they are cancelled.
    package let gracePeriod: Duration

    package init(
        logger: Logger, gracePeriod: Duration = .seconds(4), load: @escaping @Sendable () throws -> Settings,
        start: @escaping @Sendable (Settings) async throws -> [any Service]
    ) {
        self.logger = logger
        self.gracePeriod = gracePeriod
        self.load = load
        self.start = start
    }

    private enum Outcome: Sendable {
        case ended
        case reload(Settings)
    }

    /// Returns after SIGTERM or SIGINT; throws when the first start fails or a service does.
    package func run(_ first: Settings) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let (events, continuation) = AsyncStream.makeStream(of: UnixSignal.self, bufferingPolicy: .bufferingNewest(8))
        let pump = Task {
            for await signal in signals { continuation.yield(signal) }
        }
        defer { pump.cancel() }

        var settings = first
        var services = try await start(settings)
        while true {
            switch try await runUntilSignal(services, events) {
            case .ended:
                return
            case .reload(let fresh):
                (settings, services) = try await restart(with: fresh, orElse: settings)
            }
        }
    }

    /// The services of the new settings, or, where those cannot start, of the old.
    private func restart(with fresh: Settings, orElse old: Settings) async throws -> (Settings, [any Service]) {
        do {
            let services = try await start(fresh)
            logger.info("settings reloaded")
            return (fresh, services)
        } catch {
            logger.error("the new settings cannot be started, the old ones stay", metadata: ["error": "\(error)"])
            return (old, try await start(old))
        }
    }

    private func runUntilSignal(
        _ services: [any Service], _ events: AsyncStream<UnixSignal>
    ) async throws -> Outcome {
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = gracePeriod
        let group = ServiceGroup(configuration: configuration)
        return try await withThrowingTaskGroup(of: Outcome?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                for await signal in events {
                    if signal != .sighup {
                        ServiceManager.notify("STOPPING=1")
                        logger.info("ending", metadata: ["signal": "\(signal)"])
                        return .ended
                    }
                    if let fresh = reread() { return .reload(fresh) }
                }
                return .ended
            }
            ServiceManager.notify("READY=1")
            var outcome: Outcome?
            while let result = try await tasks.next() {
                if let result {
                    outcome = result
                    await group.triggerGracefulShutdown()
                } else {
                    // The group has ended: by our wish, or because a service returned by itself.
                    tasks.cancelAll()
                }
            }
            return outcome ?? .ended
        }
    }

    /// New settings, or nil, logged, when the file is not in order.
    private func reread() -> Settings? {
        do {
            return try load()
        } catch {
            logger.error("settings not reloaded, the old ones stay", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
