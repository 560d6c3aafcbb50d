internal import Logging
internal import SampleStore
internal import ServiceLifecycle

/// Says in the log when the store is in trouble, and when it no longer is.
struct StoreWatch: Service {
    let store: SampleStore
    let logger: Logger
    private static let interval = Duration.seconds(2)

    func run() async throws {
        var problem = ""
        var damage = ""
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let now = store.statistics()
            if now.logProblem != problem {
                if now.logProblem.isEmpty {
                    logger.notice("the store takes writes again")
                } else {
                    logger.error("the store takes no writes", metadata: ["error": "\(now.logProblem)"])
                }
                problem = now.logProblem
            }
            if now.lastDamage != damage {
                logger.error(
                    "damaged storage; everything else of it is served", metadata: ["error": "\(now.lastDamage)"])
                damage = now.lastDamage
            }
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: StoreWatch.interval) }
            } catch {
                // Being woken early is what cancellation is for here.
            }
        }
    }
}
