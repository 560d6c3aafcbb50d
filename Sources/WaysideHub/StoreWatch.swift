internal import Logging
internal import SampleStore
internal import ServiceLifecycle

/// Says in the log when the store is in trouble, and when it no longer is.
struct StoreWatch: Service {
    let store: SampleStore
    let logger: Logger
    private static let interval = Duration.seconds(2)

    func run() async throws {
        var said = StoreStatistics()
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let now = store.statistics()
            tell(said.logProblem, now.logProblem, "the store takes no writes", "the store takes writes again")
            tell(
                said.sealProblem, now.sealProblem, "the store cannot write its day files; the log keeps the samples",
                "the store writes its day files again")
            tell(
                said.rewriteProblem, now.rewriteProblem,
                "a day cannot be brought into its final form; it is served as it is",
                "days are brought into their final form again")
            tell(
                said.retentionProblem, now.retentionProblem, "day files past their time or space cannot be deleted",
                "day files past their time or space are deleted again")
            tell(
                said.readProblem, now.readProblem, "the disk does not give back a file of the store",
                "the disk gives back the files of the store again, or damaged ones are out of the way")
            if now.lastDamage != said.lastDamage {
                logger.error(
                    "damaged storage; everything else of it is served", metadata: ["error": "\(now.lastDamage)"])
            }
            said = now
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: StoreWatch.interval) }
            } catch {
                // Being woken early is what cancellation is for here.
            }
        }
    }

    /// Says a problem that is another than before, or that there is none any more.
    private func tell(_ before: String, _ now: String, _ trouble: String, _ relief: String) {
        if now == before { return }
        if now.isEmpty {
            logger.notice("\(relief)")
        } else {
            logger.error("\(trouble)", metadata: ["error": "\(now)"])
        }
    }
}
