internal import MetricModel
internal import RemoteWrite
internal import RingLog
internal import Shipping

/// Delivers a buffer to one destination: plans requests, puts them together, and does what its `DeliveryMachine` says
/// with the answers.
///
/// It has no clock, no dice and no network of its own: `next` says what is to be done at a time, `answered` and
/// `failed` tell what came of a request. So the same code runs over a socket (`Courier`) and in simulations.
struct Dispatcher<Disk: RingDisk> {
    private enum Phase {
        /// Between requests.
        case preparing
        /// The request could not be read and is read again then.
        case rereading(PlannedRequest, at: Int64)
        case sending
        case waiting(until: Int64)
        case finished
    }

    let settings: DispatchSettings
    let buffer: AgentBuffer<Disk>
    /// What of the ring this one sends.
    private(set) var lane: DeliveryLane
    /// Whether a lane that has an end has sent all of it.
    private(set) var isDrained = false
    /// Whether what was looked at last had been taken so long before that live data should not wait for it.
    private(set) var isBehind = false
    /// Why it waits, while it does.
    private(set) var waitsBecause: DeliveryWait?
    private(set) var status = DestinationStatus()
    private var notices: [DispatchNotice] = []
    private var machine: DeliveryMachine
    private var planner: RequestPlanner
    private var reader: RecordReader
    private var assembler: RequestAssembler
    private var columns = SampleColumns()
    private var help = HelpSchedule()
    private var message: [UInt8] = []
    private var body: [UInt8] = []
    private var phase = Phase.preparing
    /// The ring whose numbers planner and machine have.
    private var plannedRing: RingID
    private var actions: [DeliveryAction] = []
    private var isStopping = false
    /// Whether the last, early request before the end has been made.
    private var hasFlushed = false
    /// The newest sample time of the part under way, which an acknowledgement makes the newest acknowledged.
    private var partNewest: Int64?
    private var partCarriesHelp = false
    /// Whether a cursor that tells of this lane's stretch has been written.
    private var hasWrittenStretch = false

    init(_ settings: DispatchSettings, buffer: AgentBuffer<Disk>, lane: DeliveryLane = .all) {
        self.settings = settings
        self.buffer = buffer
        plannedRing = buffer.ringID
        self.lane = lane
        machine = DeliveryMachine(
            settings: DeliverySettings(protocolChoice: settings.protocolChoice),
            attemptedThrough: buffer.attempted(of: settings.name))
        planner = RequestPlanner(firstRecord: 1, limits: settings.limits)
        reader = RecordReader(seriesLimit: settings.seriesLimit)
        assembler = RequestAssembler(
            seriesLimit: settings.seriesLimit, sampleLimit: settings.assembledSampleLimit,
            filter: settings.filter)
        resumeAtCursor()
        if settings.filter.isThinning { rehearse(before: planner.expectedRecord) }
    }

    /// What the receiver's answers have taught; lanes to one receiver tell each other.
    var facts: ReceiverFacts {
        get { machine.facts }
        set { machine.facts = newValue }
    }

    /// What is under way goes on; of the rest, only what stands before the live lane's first record.
    mutating func endBefore(_ first: RecordNumber) {
        precondition(lane == .all && planner.expectedRecord <= first, "records behind the end are planned already")
        lane = .backlog(through: first - 1)
    }

    /// The backlog is sent: this lane goes on as the only one.
    mutating func becomeOnly() {
        guard lane.hasEnd else { return lane = .all }
        isDrained = false
        resume(as: .all)
    }

    /// Until when it waits for the receiver, while it does.
    var waitsUntil: Int64? {
        if case .waiting(let until) = phase { until } else { nil }
    }

    /// Until when the receiver wants no request at all, of any lane; nil where it takes them.
    var blocksOthersUntil: Int64? {
        switch waitsBecause {
        case .throttled, .paused: waitsUntil
        case .backoff, nil: nil
        }
    }

    /// Takes back a request that was never sent, because everything ends.
    mutating func abandon(now: Int64, random: UInt64) {
        isStopping = true
        handle(.stop, now: now, random: random)
        handle(.networkError("held back"), now: now, random: random)
    }

    /// From now on nothing new is begun but one last, early request.
    mutating func stop() { isStopping = true }

    /// Takes what a person should hear since it was asked last.
    mutating func takeNotices() -> [DispatchNotice] {
        defer { notices.removeAll() }
        return notices
    }

    /// What is to be done at CLOCK_BOOTTIME `now`. Not to be asked between `.send` and its outcome.
    mutating func next(now: Int64, random: UInt64) -> DispatchStep {
        if buffer.ringID != plannedRing { beginAnew(now: now, random: random) }
        while true {
            while !actions.isEmpty {
                if let request = perform(actions.removeFirst(), now: now, random: random) { return .send(request) }
            }
            switch phase {
            case .finished: return .finished
            case .sending: preconditionFailure("the outcome of the request is not told yet")
            case .waiting(let until):
                guard isStopping || now >= until else { return .wait(untilBootNanoseconds: until) }
                endWait(now: now, random: random)
            case .preparing:
                if buffer.status.time.isShippingHeld {
                    guard isStopping else { return .wait(untilBootNanoseconds: now + settings.roundNanoseconds) }
                    handle(.stop, now: now, random: random)
                    continue
                }
                if let wake = prepare(now: now, random: random) { return .wait(untilBootNanoseconds: wake) }
            case .rereading(let request, let at):
                guard isStopping || now >= at else { return .wait(untilBootNanoseconds: at) }
                if isStopping {
                    handle(.stop, now: now, random: random)
                } else {
                    assemble(request, now: now, random: random)
                }
            }
        }
    }

    /// The receiver has answered what was sent last.
    mutating func answered(_ response: DeliveryResponse, now: Int64, random: UInt64) {
        status.requestsByStatus[response.status, default: 0] += 1
        status.sentBytes += UInt64(body.count)
        if response.status / 100 == 2 {
            status.acknowledgedBytes += UInt64(body.count)
        } else {
            noteFailure("status \(response.status) \(response.firstLine)")
        }
        handle(.response(response), now: now, random: random)
    }

    /// No answer came to what was sent last; it may have arrived all the same.
    mutating func failed(_ reason: String, now: Int64, random: UInt64) {
        status.requestsByStatus[0, default: 0] += 1
        noteFailure(reason)
        handle(.networkError(reason), now: now, random: random)
    }

    private mutating func handle(_ event: DeliveryEvent, now: Int64, random: UInt64) {
        actions += machine.handle(event, now: now, random: random)
        status.protocolVersion = machine.protocolVersion.rawValue
        status.shortWrites = machine.shortWriteCount
    }

    /// Does one thing that the machine asks for; answers the request where that is to send it.
    private mutating func perform(_ action: DeliveryAction, now: Int64, random: UInt64) -> OutgoingRequest? {
        switch action {
        case .prepareNext: phase = .preparing
        case .send(let attempt):
            if let request = encode(attempt, now: now, random: random) {
                buffer.noteAttempt(settings.name, through: attempt.request.lastRecord)
                if isStopping { writeAttempt() }
                phase = .sending
                return request
            }
        case .wait(let until, let reason):
            phase = .waiting(until: until)
            status.nextTryBootNanoseconds = until
            waitsBecause = reason
            if case .paused(let why) = reason { notices.append(.paused(why)) }
        case .advance(let record): advance(through: record)
        case .acknowledged(let samples): noteAcknowledged(samples, now: now)
        case .dropped(let drop):
            status.droppedSamplesByReason[drop.reason.rawValue, default: 0] += UInt64(drop.samples)
            notices.append(.dropped(drop))
        case .changedProtocol(let version, let cause):
            notices.append(.changedProtocol(to: version, because: cause))
        case .discardPrepared: resumeAtCursor()
        case .finished: phase = .finished
        }
        return nil
    }

    private mutating func endWait(now: Int64, random: UInt64) {
        status.nextTryBootNanoseconds = nil
        waitsBecause = nil
        if isStopping { return handle(.stop, now: now, random: random) }
        handle(.overwritten(oldestRecord: buffer.status.fill?.oldestRecord ?? 0), now: now, random: random)
        if actions.isEmpty { handle(.timer, now: now, random: random) }
    }
}

// MARK: - Preparing

extension Dispatcher {
    /// Forgets what was planned in another ring, which flash has taken over: no lane has begun in this one.
    private mutating func beginAnew(now: Int64, random: UInt64) {
        reader.forgetSegment()
        lane = .all
        isDrained = false
        handle(.overwritten(oldestRecord: .max), now: now, random: random)
        if case .rereading = phase { phase = .preparing }
        resumeAtCursor()
    }

    /// Plans from the first record of the lane that is neither acknowledged nor overwritten.
    private mutating func resumeAtCursor() {
        let name = settings.name
        let lane = lane
        isBehind = false
        plannedRing = buffer.ringID
        do throws(RingError) {
            let first = try buffer.read { ring in
                var next = (ring.cursor(of: name) ?? 0) + 1
                if case .live(let start) = lane {
                    next = max(next, start)
                    if let stretch = ring.stretchAhead(of: name), stretch.contains(start) {
                        next = max(next, stretch.upperBound + 1)
                    }
                }
                return max(next, ring.oldestRecord)
            }
            planner = RequestPlanner(
                firstRecord: first, limits: settings.limits, attemptedThrough: machine.attemptedThrough)
        } catch {
            noteReadFailure(error)
        }
    }

    /// Puts the next request together where one is due, else answers when to look again.
    private mutating func prepare(now: Int64, random: UInt64) -> Int64? {
        let isFed = feedPlanner(now: now)
        if isStopping {
            // A backlog ends anywhere: what is left of it keeps its boundaries.
            if !hasFlushed, !lane.hasEnd, let request = planner.flush() {
                hasFlushed = true
                assemble(request, now: now, random: random)
            } else {
                handle(.stop, now: now, random: random)
            }
            return nil
        }
        switch planner.next(bootNanoseconds: now, bootID: settings.bootID) {
        case .request(let request):
            assemble(request, now: now, random: random)
            return nil
        case .waitUntil(let time):
            if isFed { return endLane(now, random) }
            // Someone waits for the answer to what only memory has.
            if buffer.isAwaited, let request = planner.flush() {
                assemble(request, now: now, random: random)
                return nil
            }
            return min(time, now + settings.roundNanoseconds)
        case .waitForRecords: return isFed ? endLane(now, random) : now + settings.roundNanoseconds
        }
    }

    /// Gives the planner the next records, until one closes a request, and answers whether it has all that the lane will
    /// ever have.
    private mutating func feedPlanner(now: Int64) -> Bool {
        var isFirst = true
        do throws(RingError) {
            while planner.closedCount == 0 {
                let expected = planner.expectedRecord
                let summaries = try buffer.read { (ring) throws(RingError) in
                    try reader.summaries(
                        from: max(expected, ring.oldestRecord), in: ring, byteLimit: settings.planByteLimit)
                }
                if isFirst, let first = summaries.first(where: { $0.sampleCount > 0 }) {
                    isFirst = false
                    isBehind =
                        first.bootID != settings.bootID || now - first.bootNanoseconds > settings.backlogNanoseconds
                }
                let end = lane.end ?? .max
                for summary in summaries where summary.number >= planner.expectedRecord && summary.number <= end {
                    planner.add(summary)
                }
                if lane.hasEnd && (planner.expectedRecord > end || (summaries.last?.number ?? end) >= end) {
                    return true
                }
                // Where fewer were read than may be, there are no more.
                if summaries.reduce(0, { $0 + $1.byteCount }) < settings.planByteLimit { return false }
            }
        } catch {
            noteReadFailure(error)
        }
        return false
    }

    /// Sends what is left of a lane that has an end, or is done with it.
    private mutating func endLane(_ now: Int64, _ random: UInt64) -> Int64? {
        if let request = planner.flushAll() {
            assemble(request, now: now, random: random)
            return nil
        }
        if let end = lane.end, !isDrained {
            isDrained = true
            // Records at the end that hold no samples, or that the ring has overwritten, need nothing more.
            buffer.acknowledge(settings.name, through: end)
        }
        return now + settings.roundNanoseconds
    }

    /// A request is done with, one way or the other.
    private mutating func advance(through record: RecordNumber) {
        assembler.confirm()
        for (reason, count) in assembler.leftOut {
            status.leftOutSamplesByReason[reason.rawValue, default: 0] += count
        }
        columns = SampleColumns()
        body = []
        guard case .live(let start) = lane else { return buffer.acknowledge(settings.name, through: record) }
        buffer.acknowledge(settings.name, ahead: start...record)
        guard !hasWrittenStretch else { return }
        do throws(RingError) {
            // From now on a restart knows where this lane began, and plans the same requests.
            try buffer.writeCursor()
            hasWrittenStretch = true
        } catch {
            // The keeper writes the cursor too and says what is wrong with the disk, which is not the receiver's doing.
        }
    }

    /// Goes over the records before `first`, so that series which are thinned go on in the intervals that they were in
    /// when this lane, or an earlier run, sent those records.
    private mutating func rehearse(before first: RecordNumber) {
        let limit = settings.rehearsalRecordLimit
        var next = first > limit ? first - limit : 1
        var rehearsal = RecordReader(seriesLimit: settings.seriesLimit)
        assembler.isRehearsing = true
        let corrections = buffer.status.time.corrections
        do throws(RingError) {
            next = max(next, try buffer.read { $0.oldestRecord })
            while next < first {
                // In pieces, so that nobody waits long for the buffer.
                let last = min(next + 63, first - 1)
                let piece = PlannedRequest(firstRecord: next, lastRecord: last, sampleCount: 0, byteCount: 0)
                assembler.removeAll()
                try buffer.read { (ring) throws(RingError) in
                    try rehearsal.assemble(piece, from: ring, corrections: corrections, into: &assembler)
                }
                assembler.confirm()
                next = last + 1
            }
        } catch {
            // The first interval of some series is sent twice then, which costs a sample each.
            noteReadFailure(error)
        }
        assembler.removeAll()
        assembler.isRehearsing = false
    }

    private mutating func resume(as lane: DeliveryLane) {
        self.lane = lane
        resumeAtCursor()
    }

    /// The request before the end is closed early, so the next run would not come to its boundary by the rule: it must
    /// know of it. The keeper writes the cursor at the end, but the end may not be reached.
    private mutating func writeAttempt() {
        do throws(RingError) {
            try buffer.writeCursor()
        } catch {
            // The keeper says so; see `advance`.
        }
    }

    /// Puts a request together. A read that fails is tried again: going on without it would move the cursor past
    /// samples that nobody has seen.
    private mutating func assemble(_ request: PlannedRequest, now: Int64, random: UInt64) {
        guard read(request, now: now) else {
            reader.forgetSegment()
            phase = .rereading(request, at: now + settings.roundNanoseconds)
            return
        }
        _ = assembler.finish(into: &columns)
        assembler.release()
        status.unreadableSamples = reader.unreadableSamples
        phase = .preparing
        handle(.requestReady(request, sampleCount: columns.sampleCount), now: now, random: random)
    }

    private mutating func read(_ request: PlannedRequest, now: Int64) -> Bool {
        do throws(AgentBufferError) {
            // What is sent should be durable first: after a power cut its record numbers would name other samples.
            try buffer.commit(beforeSending: request.lastRecord, bootNanoseconds: now)
        } catch {
            // The disk takes no writes, as the buffer's status says; delivering what is in memory is then the best that
            // can be done for it.
        }
        assembler.removeAll()
        // No later correction touches these records, because they now count as tried.
        let corrections = buffer.status.time.corrections
        do throws(RingError) {
            try buffer.read { (ring) throws(RingError) in
                try reader.assemble(request, from: ring, corrections: corrections, into: &assembler)
            }
            return true
        } catch {
            noteReadFailure(error)
            return false
        }
    }
}

// MARK: - Encoding

extension Dispatcher {
    /// The part's message, compressed; nil where that fails, which is told to the machine.
    private mutating func encode(_ attempt: DeliveryAttempt, now: Int64, random: UInt64) -> OutgoingRequest? {
        let samples = attempt.part.samples(of: columns.sampleCount)
        partCarriesHelp = help.isDue(now: now)
        partNewest = columns.unixMilliseconds[samples].max()
        let format: WireFormat
        switch attempt.version {
        case .one:
            format = .writeRequest1
            WriteRequest1.encode(
                columns, samples: samples, metadata: partCarriesHelp ? .typeUnitHelp : .none, into: &message)
        case .two:
            format = .writeRequest2
            WriteRequest2.encode(
                columns, samples: samples, metadata: partCarriesHelp ? .typeUnitHelp : .type, into: &message)
        }
        // The message is as large as the request, and of no use once it is compressed.
        defer { message = [] }
        do throws(RemoteWriteError) {
            var room: [UInt8] = []
            try SnappyBlock.compress(message, into: &room)
            body = []
            body.reserveCapacity(room.count)
            body.append(contentsOf: room)
        } catch {
            failed("\(error)", now: now, random: random)
            return nil
        }
        return OutgoingRequest(
            format: format, records: recordsHeader(attempt, samples), retry: attempt.retry, body: body)
    }

    private func recordsHeader(_ attempt: DeliveryAttempt, _ samples: Range<Int>) -> RecordsHeader? {
        let checksum = ContentChecksum.compute(columns, samples: samples) { Checksum.crc32c($1, after: $0) }
        return RecordsHeader(
            ringHigh: buffer.ringID.high, ringLow: buffer.ringID.low, first: attempt.request.firstRecord,
            last: attempt.request.lastRecord, part: UInt32(attempt.part.index),
            partCount: UInt32(attempt.part.count), checksum: checksum)
    }
}

// MARK: - Noting

extension Dispatcher {
    private mutating func noteAcknowledged(_ samples: Int, now: Int64) {
        if partCarriesHelp { help.noteAcknowledged(now: now) }
        status.acknowledgedSamples += UInt64(samples)
        if let newest = partNewest {
            status.newestAcknowledgedUnixMilliseconds = max(
                status.newestAcknowledgedUnixMilliseconds ?? newest, newest)
        }
        if !status.lastError.isEmpty { notices.append(.recovered) }
        status.lastError = ""
    }

    private mutating func noteFailure(_ text: String) {
        if status.lastError != text { notices.append(.failed(text)) }
        status.lastError = text
    }

    private mutating func noteReadFailure(_ error: RingError) { noteFailure("the buffer: \(error)") }
}
