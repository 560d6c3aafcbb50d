import RingLog
import Shipping
import SimulatedSystem

@testable import WaysideAgent

/// One destination: the agent's dispatcher on this side, the network between, the receiver beyond.
///
/// The receiver and what is under way in the network outlive the agent's process; the dispatcher does not.
final class SimulatedDestination {
    struct Arrival {
        let at: Int64
        let request: ArrivedRequest
        /// Whether the sender hears what the receiver says to this one.
        let isHeard: Bool
    }

    /// A request that the dispatcher waits for.
    struct Outstanding {
        let request: ArrivedRequest
        let answer: SimulatedNetwork.Answer
        let at: Int64
        var receivers: ReceiverAnswer?
    }

    let name: String
    let receiver: any SimulatedReceiver
    var network: SimulatedNetwork
    var dispatcher: Dispatcher<SimulatedDisk>?
    /// In the order in which they will arrive; times are of the world, which no reboot sets back.
    var arrivals: [Arrival] = []
    var outstanding: Outstanding?
    /// The last request that an answer came to, for the drops that follow from it.
    var answered: (request: ArrivedRequest, isReceivers: Bool)?
    /// The ranges of records tried so far, in this ring, and whether the agent could write down that it did.
    var attempted: [(records: ClosedRange<RecordNumber>, isExcused: Bool)] = []
    /// Ranges of earlier runs that it could not write down: they may be mixed with new ones.
    var forgotten: [ClosedRange<RecordNumber>] = []
    /// The first batch that is not known to be delivered or excused.
    var checkedBatches = 0
    var isStopping = false

    init(_ name: String, receiver: any SimulatedReceiver, seed: UInt64) {
        self.name = name
        self.receiver = receiver
        network = SimulatedNetwork(seed: seed)
    }

    func add(_ arrival: Arrival) {
        let index = arrivals.firstIndex { $0.at > arrival.at } ?? arrivals.endIndex
        arrivals.insert(arrival, at: index)
    }
}
