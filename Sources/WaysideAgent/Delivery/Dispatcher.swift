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
    private var actions: [DeliveryAction] = []
    private var isStopping = false
    /// Whether the last, early request before the end has been made.
    private var hasFlushed = false
    /// The newest sample time of the part under way, which an acknowledgement makes the newest acknowledged.
    private var partNewest: Int64?
    private var partCarriesHelp = false

    init(_ settings: DispatchSettings, buffer: AgentBuffer<Disk>) {
        self.settings = settings
        self.buffer = buffer
        machine = DeliveryMachine(settings: DeliverySettings(protocolChoice: settings.protocolChoice))
        planner = RequestPlanner(firstRecord: 1, limits: settings.limits)
        reader = RecordReader(seriesLimit: settings.seriesLimit)
        assembler = RequestAssembler(
            seriesLimit: settings.seriesLimit, sampleLimit: settings.assembledSampleLimit)
        resumeAtCursor()
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
    }

    /// Does one thing that the machine asks for; answers the request where that is to send it.
    private mutating func perform(_ action: DeliveryAction, now: Int64, random: UInt64) -> OutgoingRequest? {
        switch action {
        case .prepareNext: phase = .preparing
        case .send(let attempt):
            if let request = encode(attempt, now: now, random: random) {
                phase = .sending
                return request
            }
        case .wait(let until, let reason):
            phase = .waiting(until: until)
            status.nextTryBootNanoseconds = until
            if case .paused(let why) = reason { notices.append(.paused(why)) }
        case .advance(let record): buffer.acknowledge(settings.name, through: record)
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
        if isStopping { return handle(.stop, now: now, random: random) }
        handle(.overwritten(oldestRecord: buffer.status.fill?.oldestRecord ?? 0), now: now, random: random)
        if actions.isEmpty { handle(.timer, now: now, random: random) }
    }
}

// MARK: - Preparing

extension Dispatcher {
    /// Plans from the first record that is neither acknowledged nor overwritten.
    private mutating func resumeAtCursor() {
        let name = settings.name
        do throws(RingError) {
            let first = try buffer.read { ring in max((ring.cursor(of: name) ?? 0) + 1, ring.oldestRecord) }
            planner = RequestPlanner(
                firstRecord: first, limits: settings.limits, attemptedThrough: machine.attemptedThrough)
        } catch {
            noteReadFailure(error)
        }
    }

    /// Puts the next request together where one is due, else answers when to look again.
    private mutating func prepare(now: Int64, random: UInt64) -> Int64? {
        feedPlanner()
        if isStopping {
            if !hasFlushed, let request = planner.flush() {
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
        case .waitUntil(let time): return min(time, now + settings.roundNanoseconds)
        case .waitForRecords: return now + settings.roundNanoseconds
        }
    }

    private mutating func feedPlanner() {
        guard planner.closedCount == 0 else { return }
        do throws(RingError) {
            let expected = planner.expectedRecord
            let summaries = try buffer.read { (ring) throws(RingError) in
                try reader.summaries(
                    from: max(expected, ring.oldestRecord), in: ring, byteLimit: settings.planByteLimit)
            }
            for summary in summaries where summary.number >= planner.expectedRecord { planner.add(summary) }
        } catch {
            noteReadFailure(error)
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
        status.unreadableSamples = reader.unreadableSamples
        phase = .preparing
        handle(.requestReady(request, sampleCount: columns.sampleCount), now: now, random: random)
    }

    private mutating func read(_ request: PlannedRequest, now: Int64) -> Bool {
        do throws(AgentBufferError) {
            // What is sent should be durable first: after a power cut its record numbers would name other samples.
            try buffer.commit(beforeSending: request.lastRecord, bootNanoseconds: now)
        } catch {
            // The disk takes no writes; delivering what is in memory is then the best that can be done for it.
            noteFailure("the buffer: \(error)")
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
        do throws(RemoteWriteError) {
            try SnappyBlock.compress(message, into: &body)
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
