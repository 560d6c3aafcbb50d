internal import MetricModel
internal import Synchronization

/// Which series of the agent's ticks have ended. Devices end theirs themselves, after their own intervals.
final class TickEnds: Sendable {
    /// Whose batch it is; also its place among the batches of a tick.
    enum Source: Int, Sendable {
        case host
        case devices
        case brokers
        case agent
        case wear
    }

    private struct State {
        var host: SeriesEnds
        var brokers: SeriesEnds
        var agent: SeriesEnds
        var wear: SeriesEnds
    }

    private let state: Mutex<State>

    /// - Parameter earlier: what the last tick of an earlier run had.
    init(earlier: LastTick = LastTick()) {
        state = Mutex(
            State(
                host: SeriesEnds(earlier: earlier.host), brokers: SeriesEnds(earlier: earlier.brokers),
                agent: SeriesEnds(earlier: earlier.agent), wear: SeriesEnds(earlier: earlier.wear)))
    }

    /// Adds markers to the batches of a tick, which stand in the order of `Source`.
    func mark(_ batches: inout [SampleBatch]) {
        state.withLock { state in
            state.host.mark(&batches[Source.host.rawValue])
            state.brokers.mark(&batches[Source.brokers.rawValue])
            state.agent.mark(&batches[Source.agent.rawValue])
            state.wear.mark(&batches[Source.wear.rawValue])
        }
    }

    /// The batch that was marked last is stored.
    func confirm(_ source: Source?) {
        state.withLock { state in
            switch source {
            case .host: state.host.confirm()
            case .brokers: state.brokers.confirm()
            case .agent: state.agent.confirm()
            case .wear: state.wear.confirm()
            case .devices, nil: break
            }
        }
    }
}
