internal import Daemon
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RingLog

/// Takes host metrics, device ages and the agent's own metrics every `host.interval`, and buffers them.
struct AgentTicker: Sendable {
    private let interval: Duration
    private let takes: @Sendable () -> [SampleBatch]
    private let stored: @Sendable (_ index: Int) -> Void
    /// Nil where nothing is shipped: the tick is taken all the same, because devices are forgotten by it.
    private let buffer: FlashBuffer?
    private let logger: Logger

    /// `takes` gives the batches of one tick, `stored` hears which of them were taken.
    init(
        interval: Duration, buffer: FlashBuffer?, logger: Logger, takes: @escaping @Sendable () -> [SampleBatch],
        stored: @escaping @Sendable (_ index: Int) -> Void
    ) {
        self.interval = interval
        self.takes = takes
        self.stored = stored
        self.buffer = buffer
        self.logger = logger
    }

    /// The service, on a thread of its own because reading /proc and the disk may block.
    func service() throws -> ThreadService {
        try ThreadService(name: "host") { signal in
            let step = interval.nanoseconds
            var next = Clocks.bootNanoseconds()
            var limiter = LogLimiter()
            while signal.sleep(untilBootNanoseconds: next) {
                tick(&limiter)
                let now = Clocks.bootNanoseconds()
                next += step
                // After a suspend or a stuck disk the missed ticks are left out, not made up for.
                if next <= now { next = now + step - (now - next) % step }
            }
        }
    }

    private func tick(_ limiter: inout LogLimiter) {
        for (index, batch) in takes().enumerated() {
            do throws(AgentBufferError) {
                try buffer?.append(batch)
                stored(index)
            } catch {
                // What flash does not take is in memory, and the buffer's keeper says so.
                guard case .notAppended = error else {
                    stored(index)
                    continue
                }
                buffer?.noteUnwritable(batch.samples.count)
                guard let held = limiter.admit("tick", bootNanoseconds: Clocks.bootNanoseconds()) else { continue }
                logger.error(
                    "samples could not be buffered",
                    metadata: ["error": "\(error)", "samples": "\(batch.samples.count)", "held_back": "\(held)"])
            }
        }
    }
}
