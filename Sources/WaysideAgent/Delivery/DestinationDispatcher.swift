internal import RingLog
internal import Shipping

/// Delivers a buffer to one destination: by one `Dispatcher`, or by two where live data goes before a backlog, within
/// `rate_limit` and `daily_bytes`. One request is under way at a time; live data is asked first.
///
/// Like a `Dispatcher` it has no clock, no dice and no network. What divides the lanes, and when, is in the `DESIGN.md`
/// of `Shipping`.
struct DestinationDispatcher<Disk: RingDisk> {
    private struct Lane {
        var dispatcher: Dispatcher<Disk>
        /// Put together, and not permitted yet.
        var held: OutgoingRequest?
    }

    /// What a request costs on the wire beside its body: both heads, as Wayside's are.
    static var overheadByteCount: Int { 512 }

    let settings: DispatchSettings
    private let buffer: AgentBuffer<Disk>
    /// The only lane; or the live one, and behind it the one for the backlog. Changed in place, as they hold a request.
    private var lanes: [Lane]
    /// The ring that the lanes are in.
    private var ring: RingID
    /// Where live data began in an earlier run.
    private var earlierStart: RecordNumber?
    private var budget: SendBudget
    private var isStopping = false
    /// The lane whose request is under way, and its size with its overhead.
    private var underWay: (index: Int, byteCount: Int)?
    /// The figures of lanes that have ended.
    private var ended = DestinationStatus()
    private var heldBy: SendBudget.Limit?
    private var heldUntil: Int64 = 0
    private var heldRequests: [String: UInt64] = [:]
    private var notices: [DispatchNotice] = []
    private var hasNoticedOrder = false

    init(_ settings: DispatchSettings, buffer: AgentBuffer<Disk>, day: SendBudget.Day? = nil) {
        self.settings = settings
        self.buffer = buffer
        ring = buffer.ringID
        budget = SendBudget(settings.sendLimits, day: day)
        var lane = DeliveryLane.all
        do throws(RingError) {
            if let stretch = try buffer.read({ $0.stretchAhead(of: settings.name) }) {
                earlierStart = stretch.lowerBound
                lane = .backlog(through: stretch.lowerBound - 1)
            }
        } catch {
            // Reading the cursors in memory does not fail; without them everything is sent in order.
        }
        lanes = [Lane(dispatcher: Dispatcher(settings, buffer: buffer, lane: lane))]
    }

    /// What the UTC day has cost so far, to be kept across restarts.
    var day: SendBudget.Day { budget.day }

    /// From now on nothing new is begun but one last, early request of live data.
    mutating func stop() {
        isStopping = true
        for index in lanes.indices { lanes[index].dispatcher.stop() }
    }

    /// Takes what a person should hear since it was asked last.
    mutating func takeNotices() -> [DispatchNotice] {
        defer { notices.removeAll() }
        for index in lanes.indices { notices += lanes[index].dispatcher.takeNotices() }
        return notices
    }

    var status: DestinationStatus {
        var status = lanes[0].dispatcher.status
        for lane in lanes.dropFirst() { status.add(lane.dispatcher.status) }
        status.backlogRecords = backlogRecordCount
        status.add(ended)
        status.heldRequestsByReason = heldRequests
        status.dayBytes = budget.day.byteCount
        if let heldBy {
            status.heldBy = heldBy.rawValue
            status.nextTryBootNanoseconds = heldUntil
        }
        return status
    }

    /// What is to be done at CLOCK_BOOTTIME `now` and wall-clock time `wall`, in milliseconds. Not to be asked between
    /// `.send` and its outcome.
    mutating func next(now: Int64, wall: Int64, random: UInt64) -> DispatchStep {
        precondition(underWay == nil, "the outcome of the request is not told yet")
        if buffer.ringID != ring { beginAnew() }
        joinIfDrained()
        heldBy = nil
        var wake = Int64.max
        for index in lanes.indices {
            if !isStopping, let until = restsUntil(index, now: now) {
                wake = min(wake, until)
                continue
            }
            let step = step(index, now, wall, random)
            share(from: index)
            switch step {
            case .send(let request):
                underWay = (index, request.body.count + Self.overheadByteCount)
                return .send(request)
            case .wait(let time): wake = min(wake, time)
            case .finished: break
            }
        }
        if divideIfBehind() { return next(now: now, wall: wall, random: random) }
        return wake == .max ? .finished : .wait(untilBootNanoseconds: wake)
    }

    /// The receiver has answered what was sent last.
    mutating func answered(_ response: DeliveryResponse, now: Int64, wall: Int64, random: UInt64) {
        end(wasSent: true, now: now, wall: wall) { dispatcher in
            dispatcher.answered(response, now: now, random: random)
        }
    }

    /// No answer came to what was sent last. Without a connection it was not even sent, and costs nothing.
    mutating func failed(_ reason: String, wasSent: Bool, now: Int64, wall: Int64, random: UInt64) {
        end(wasSent: wasSent, now: now, wall: wall) { dispatcher in
            dispatcher.failed(reason, now: now, random: random)
        }
    }

    private mutating func end(
        wasSent: Bool, now: Int64, wall: Int64, _ tell: (inout Dispatcher<Disk>) -> Void
    ) {
        guard let (index, byteCount) = underWay else { preconditionFailure("no request is under way") }
        underWay = nil
        if wasSent { budget.note(byteCount: byteCount, index == 0 ? .live : .backlog, now: now, wall: wall) }
        tell(&lanes[index].dispatcher)
        share(from: index)
    }

    private mutating func share(from index: Int) {
        let facts = lanes[index].dispatcher.facts
        for other in lanes.indices where other != index { lanes[other].dispatcher.facts = facts }
    }
}

// MARK: - Lanes

extension DestinationDispatcher {
    /// Until when a lane is left alone because of the other; nil where it may go on.
    private func restsUntil(_ index: Int, now: Int64) -> Int64? {
        guard lanes.count > 1 else { return nil }
        // What the receiver has asked the backlog's lane for holds for the other; and a receiver that does not take
        // live data is not asked to take the backlog.
        let until = index == 0 ? lanes[1].dispatcher.blocksOthersUntil : lanes[0].dispatcher.waitsUntil
        return until.flatMap { $0 > now ? $0 : nil }
    }

    /// What a lane wants, as far as the budget permits it.
    private mutating func step(_ index: Int, _ now: Int64, _ wall: Int64, _ random: UInt64) -> DispatchStep {
        if isStopping, lanes[index].held != nil {
            lanes[index].held = nil
            lanes[index].dispatcher.abandon(now: now, random: random)
        }
        let isNew = lanes[index].held == nil
        if isNew {
            let step = lanes[index].dispatcher.next(now: now, random: random)
            guard case .send(let request) = step else { return step }
            lanes[index].held = request
        }
        guard let request = lanes[index].held else { return .finished }
        let size = request.body.count + Self.overheadByteCount
        switch budget.ask(byteCount: size, index == 0 ? .live : .backlog, now: now, wall: wall) {
        case .permitted:
            lanes[index].held = nil
            return .send(request)
        case .wait(let nanoseconds, let limit):
            if isStopping { return step(index, now, wall, random) }
            noteHeld(limit, nanoseconds, isNew: isNew, now: now, wall: wall)
            // A wall clock that is set meanwhile may begin another day, so it is asked again from time to time.
            return .wait(untilBootNanoseconds: now + min(max(nanoseconds, 1), 60_000_000_000))
        }
    }

    private mutating func noteHeld(
        _ limit: SendBudget.Limit, _ nanoseconds: Int64, isNew: Bool, now: Int64, wall: Int64
    ) {
        heldBy = limit
        heldUntil = now + nanoseconds
        guard isNew else { return }
        heldRequests[limit.rawValue, default: 0] += 1
        if limit == .day {
            notices.append(.heldBack(limit, untilUnixMilliseconds: wall + nanoseconds / 1_000_000))
        }
    }

    /// Lets live data go first from now on, where there is a backlog and the receiver takes it; answers whether it did.
    private mutating func divideIfBehind() -> Bool {
        let isBehind = lanes[0].dispatcher.isBehind || earlierStart != nil
        guard settings.newestFirst, lanes.count == 1, !isStopping, isBehind else { return false }
        guard settings.acceptsOutOfOrder || lanes[0].dispatcher.facts.acceptsOutOfOrder else {
            if !hasNoticedOrder, lanes[0].dispatcher.status.acknowledgedSamples > 0 {
                hasNoticedOrder = true
                notices.append(.takesInOrderOnly)
            }
            return false
        }
        let start = earlierStart ?? buffer.status.lastRecord + 1
        earlierStart = nil
        if !lanes[0].dispatcher.lane.hasEnd { lanes[0].dispatcher.endBefore(start) }
        var live = Dispatcher(settings, buffer: buffer, lane: .live(from: start))
        live.facts = lanes[0].dispatcher.facts
        lanes.insert(Lane(dispatcher: live), at: 0)
        notices.append(.divided)
        return true
    }

    /// Goes on with one lane where flash has taken over from memory: its records are numbered anew, and no lane has
    /// begun among them. What is held is sent all the same.
    private mutating func beginAnew() {
        ring = buffer.ringID
        earlierStart = nil
        if lanes.count > 1 { endBacklog() }
    }

    private mutating func endBacklog() {
        notices += lanes[lanes.count - 1].dispatcher.takeNotices()
        var status = lanes.removeLast().dispatcher.status
        status.lastError = ""
        status.nextTryBootNanoseconds = nil
        ended.add(status)
        notices.append(.joined)
    }

    /// Goes on with one lane where the backlog has been sent.
    private mutating func joinIfDrained() {
        guard lanes[lanes.count - 1].dispatcher.isDrained else { return }
        earlierStart = nil
        if lanes.count > 1 { endBacklog() }
        lanes[0].dispatcher.becomeOnly()
    }

    private var backlogRecordCount: UInt64? {
        guard lanes.count > 1, let end = lanes[1].dispatcher.lane.end else { return nil }
        do throws(RingError) {
            let through = try buffer.read { $0.cursor(of: settings.name) ?? 0 }
            return end > through ? end - through : 0
        } catch { return nil }
    }
}
