internal import Daemon
internal import LinuxSystem
internal import Logging
internal import RingLog

/// Reads the clocks every second, and at once when the kernel says that the wall clock was set.
///
/// The comparison of the clocks is what counts: where the kernel has no such timer, nothing is missed but the second.
struct ClockWatch: Sendable {
    private let desk: ClockDesk<FlashDisk>
    private let clock: AgentClock
    private let logger: Logger
    private static let roundNanoseconds: Int64 = 1_000_000_000

    init(desk: ClockDesk<FlashDisk>, clock: AgentClock, logger: Logger) {
        self.desk = desk
        self.clock = clock
        self.logger = logger
    }

    /// The service, on a thread of its own because a correction is written to the disk.
    func service() throws -> ThreadService {
        try ThreadService(name: "clock") { signal in
            var timer = changeTimer()
            while signal.sleep(
                untilBootNanoseconds: Clocks.bootNanoseconds() + ClockWatch.roundNanoseconds,
                orReadable: timer?.number ?? -1)
            {
                desk.observe(clock.reading(), wasSet: takeChange(&timer))
            }
        }
    }

    private func changeTimer() -> ClockChangeTimer? {
        do throws(SystemError) { return try ClockChangeTimer() } catch { return withoutTimer(error) }
    }

    private func takeChange(_ timer: inout ClockChangeTimer?) -> Bool {
        guard let armed = timer else { return false }
        do throws(SystemError) {
            return try armed.takeChange()
        } catch {
            timer = withoutTimer(error)
            return true
        }
    }

    private func withoutTimer(_ error: SystemError) -> ClockChangeTimer? {
        logger.info("the clock is compared once a second only", metadata: ["error": "\(error)"])
        return nil
    }
}
