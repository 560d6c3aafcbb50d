import RemoteWrite
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
    var dispatcher: DestinationDispatcher<SimulatedDisk>?
    /// In the order in which they will arrive; times are of the world, which no reboot sets back.
    var arrivals: [Arrival] = []
    var outstanding: Outstanding?
    /// The last requests that an answer came to, by their records, for the drops that follow
    /// from them: those of one lane may wait for the other.
    private(set) var answered: [(records: ClosedRange<RecordNumber>, request: ArrivedRequest, isReceivers: Bool)] = []
    /// The ranges of records tried so far, in this ring, with the samples that were sent of them.
    struct Attempt {
        let records: ClosedRange<RecordNumber>
        /// Nil where the request held none of the simulation's.
        var serials: ClosedRange<Int>?
        /// The agent could not write down that it tried.
        let isExcused: Bool
        /// It went in parts, of which some may have been taken.
        var wasSplit: Bool
    }

    var attempted: [Attempt] = []
    /// Ranges of earlier runs that it could not write down: they may be mixed with new ones.
    var forgotten: [ClosedRange<RecordNumber>] = []
    /// The first batch that is not known to be delivered or excused.
    var checkedBatches = 0
    var isStopping = false
    /// The first record of the live lane, where there was ever one in this ring.
    var laneStart: RecordNumber?

    init(_ name: String, receiver: any SimulatedReceiver, seed: UInt64) {
        self.name = name
        self.receiver = receiver
        network = SimulatedNetwork(seed: seed)
    }

    /// Parts of one request, and further tries of it, are one attempt.
    func note(_ attempt: Attempt) {
        guard let last = attempted.last, last.records == attempt.records else { return attempted.append(attempt) }
        if attempt.wasSplit { attempted[attempted.count - 1].wasSplit = true }
        guard let more = attempt.serials else { return }
        let known = last.serials ?? more
        attempted[attempted.count - 1].serials =
            min(known.lowerBound, more.lowerBound)...max(known.upperBound, more.upperBound)
    }

    func noteAnswer(_ request: ArrivedRequest, isReceivers: Bool) {
        guard let header = request.records else { return }
        answered.removeAll { $0.records == header.first...header.last }
        if answered.count == 2000 { answered.removeFirst() }
        answered.append((header.first...header.last, request, isReceivers))
    }

    func add(_ arrival: Arrival) {
        let index = arrivals.firstIndex { $0.at > arrival.at } ?? arrivals.endIndex
        arrivals.insert(arrival, at: index)
    }
}
