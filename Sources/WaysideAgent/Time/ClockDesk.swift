internal import BatchRecord
internal import Daemon
internal import Logging
internal import MetricModel
internal import RingLog
internal import Synchronization

/// The agent's one `TimeJudge` and what is done on its word: to the buffer, to the devices' stamps, to the log.
final class ClockDesk<Disk: RingDisk>: Sendable {
    private let judge: Mutex<TimeJudge>
    /// A copy, so that who asks need not wait for a correction that is being written.
    private let published = Mutex(TimeStatus())
    private let buffer: AgentBuffer<Disk>?
    private let bootID: BootID
    private let logger: Logger
    /// Tells the devices by how much the clock was set, and whether it is synchronised now.
    private let devicesTold: @Sendable (_ milliseconds: Int64, _ isSynchronised: Bool) -> Void

    /// No time before `earliestUnixMilliseconds` is right. `buffer` is nil where nothing is shipped.
    init(
        buffer: AgentBuffer<Disk>?, bootID: BootID, earliestUnixMilliseconds: Int64, waitForSync: Duration,
        logger: Logger, devicesTold: @escaping @Sendable (_ milliseconds: Int64, _ isSynchronised: Bool) -> Void
    ) {
        self.buffer = buffer
        self.bootID = bootID
        self.logger = logger
        self.devicesTold = devicesTold
        let newest = buffer?.status.time.newest.known(besides: bootID)
        judge = Mutex(
            TimeJudge(
                TimeJudge.Settings(
                    floorUnixMilliseconds: max(earliestUnixMilliseconds, newest ?? .min),
                    waitForSyncNanoseconds: waitForSync.nanoseconds)))
    }

    var status: TimeStatus { published.withLock { $0 } }

    /// Takes what the clocks say now and does what follows from it.
    func observe(_ now: ClockReading, wasSet: Bool = false) {
        judge.withLock { judge in
            let actions = judge.observe(now, wasSet: wasSet)
            let status = judge.status
            published.withLock { $0 = status }
            for action in actions { perform(action, now, &judge) }
        }
    }

    private func perform(_ action: TimeAction, _ now: ClockReading, _ judge: inout TimeJudge) {
        switch action {
        case .hold:
            buffer?.holdShipping()
            logger.warning(
                "the clock is not set; samples are kept until it is, or time.wait_for_sync is over",
                metadata: ["clock": "\(UTCTime(unixMilliseconds: now.unixMilliseconds).text)"])
        case .stepped(let milliseconds):
            devicesTold(milliseconds, now.isSynchronised)
            logger.notice(
                "the clock was set", metadata: ["by_ms": "\(milliseconds)", "synchronised": "\(now.isSynchronised)"])
            if milliseconds < 0 { warnOfOrder(milliseconds) }
        case .synchronised(let isSynchronised):
            if isSynchronised { devicesTold(0, true) }
            logger.info(isSynchronised ? "the clock is synchronised" : "the clock is not synchronised any more")
        case .correct(let clock): correct(by: clock, &judge)
        case .placeEarlierBoots(let clock): placeEarlierBoots(clock, now, judge.settings.floorUnixMilliseconds)
        case .ship(let reason):
            buffer?.releaseShipping()
            if reason == .waitedInVain {
                logger.warning("shipping begins", metadata: ["because": "\(reason.rawValue)"])
            } else {
                logger.info("shipping begins", metadata: ["because": "\(reason.rawValue)"])
            }
        }
    }

    /// True times are sent all the same: a receiver that refuses them says so and loses no more than these.
    private func warnOfOrder(_ milliseconds: Int64) {
        guard buffer != nil else { return }
        logger.warning(
            "for as long as it was set back, samples are older than what was sent; a receiver may refuse them",
            metadata: ["seconds": "\(-milliseconds / 1000)"])
    }

    private func correct(by clock: ClockReading, _ judge: inout TimeJudge) {
        guard let buffer else { return }
        do throws(AgentBufferError) {
            let samples = try buffer.correct(by: clock)
            if samples > 0 {
                logger.notice("unsent samples were moved to the clock's time", metadata: ["samples": "\(samples)"])
            }
        } catch {
            if case .notAppended = error { judge.correctionFailed() }
            logger.error("unsent samples keep the time they have", metadata: ["error": "\(error)"])
        }
    }

    private func placeEarlierBoots(_ clock: ClockReading?, _ now: ClockReading, _ floor: Int64) {
        guard let buffer else { return }
        do throws(AgentBufferError) {
            let placements = try buffer.placeEarlierBoots(
                running: bootID, now: clock, floorUnixMilliseconds: floor, bootNanoseconds: now.bootNanoseconds)
            for placement in placements {
                logger.notice(
                    "samples of an earlier boot were placed in time",
                    metadata: [
                        "samples": "\(placement.sampleCount)",
                        "uncertain": "\(placement.correction.isUncertain)",
                        "booted": "\(UTCTime(unixMilliseconds: placement.correction.bootUnixMilliseconds).text)",
                    ])
            }
        } catch {
            logger.error("samples of earlier boots keep the time they have", metadata: ["error": "\(error)"])
        }
    }
}
