internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RemoteWrite
internal import RingLog
internal import ServiceLifecycle
internal import Shipping

/// The loop of one `Shipper`: asks the machine, does what it says, reports back.
struct Courier {
    private let shipper: Shipper
    private var machine: DeliveryMachine
    private var planner: RequestPlanner
    private var reader = RecordReader(seriesLimit: Shipper.seriesLimit)
    private var assembler = RequestAssembler(
        seriesLimit: Shipper.seriesLimit, sampleLimit: Shipper.assembledSampleLimit)
    private var columns = SampleColumns()
    private var help = HelpSchedule()
    private var message: [UInt8] = []
    private var body: [UInt8] = []
    /// Whether the last, early request before the end has been made.
    private var hasFlushed = false
    /// The newest sample time of the part under way, which an acknowledgement makes the newest acknowledged.
    private var partNewest: Int64?
    private var partCarriesHelp = false

    init(_ shipper: Shipper) {
        self.shipper = shipper
        machine = DeliveryMachine(settings: DeliverySettings(protocolChoice: shipper.protocolChoice))
        planner = Courier.planner(for: shipper, from: 1)
    }

    mutating func run() async {
        resumeAtCursor()
        var actions: [DeliveryAction] = [.prepareNext]
        while !actions.isEmpty {
            let action = actions.removeFirst()
            actions += await perform(action)
        }
    }

    private mutating func perform(_ action: DeliveryAction) async -> [DeliveryAction] {
        switch action {
        case .prepareNext:
            return await prepareNext()
        case .send(let attempt):
            return await send(attempt)
        case .wait(let until, let reason):
            return await wait(until: until, reason)
        case .advance(let record):
            shipper.buffer.acknowledge(shipper.url, through: record)
        case .acknowledged(let samples):
            noteAcknowledged(samples)
        case .dropped(let drop):
            noteDropped(drop)
        case .changedProtocol(let version, let cause):
            shipper.logger.notice(
                "remote write \(version.rawValue) from now on",
                metadata: ["url": "\(shipper.url)", "because": "\(cause)"])
        case .discardPrepared:
            resumeAtCursor()
        case .finished:
            break
        }
        return []
    }

    private mutating func handle(_ event: DeliveryEvent) -> [DeliveryAction] {
        let actions = machine.handle(event, now: Clocks.bootNanoseconds(), random: Machine.randomWord())
        let version = machine.protocolVersion.rawValue
        shipper.update { $0.protocolVersion = version }
        return actions
    }

    private static func planner(
        for shipper: Shipper, from first: UInt64, attemptedThrough: UInt64? = nil
    ) -> RequestPlanner {
        RequestPlanner(
            firstRecord: first,
            limits: RequestPlanner.Limits(
                batchForNanoseconds: shipper.batchDuration.nanoseconds, sampleLimit: Shipper.requestSampleLimit,
                byteLimit: Shipper.requestByteLimit),
            attemptedThrough: attemptedThrough)
    }

    /// Plans from the first record that is neither acknowledged nor overwritten.
    private mutating func resumeAtCursor() {
        do throws(RingError) {
            let first = try shipper.buffer.read { ring in
                max((ring.cursor(of: shipper.url) ?? 0) + 1, ring.oldestRecord)
            }
            planner = Courier.planner(for: shipper, from: first, attemptedThrough: machine.attemptedThrough)
        } catch {
            noteReadFailure(error)
        }
    }
}

// MARK: - Preparing

extension Courier {
    /// Waits for the next request and puts it together; stops at graceful shutdown after one last, early request.
    private mutating func prepareNext() async -> [DeliveryAction] {
        while true {
            feedPlanner()
            if Task.isShuttingDownGracefully || Task.isCancelled {
                guard !hasFlushed, !Task.isCancelled, let request = planner.flush() else { return handle(.stop) }
                hasFlushed = true
                return await assemble(request)
            }
            var wake = Clocks.bootNanoseconds() + Shipper.roundNanoseconds
            switch planner.next(bootNanoseconds: Clocks.bootNanoseconds(), bootID: shipper.clock.bootID) {
            case .request(let request):
                return await assemble(request)
            case .waitUntil(let time):
                wake = min(wake, time)
            case .waitForRecords:
                break
            }
            await Courier.sleep(untilBootNanoseconds: wake)
        }
    }

    private mutating func feedPlanner() {
        guard planner.closedCount == 0 else { return }
        do throws(RingError) {
            let expected = planner.expectedRecord
            let summaries = try shipper.buffer.read { (ring) throws(RingError) in
                try reader.summaries(from: max(expected, ring.oldestRecord), in: ring, byteLimit: Shipper.planByteLimit)
            }
            for summary in summaries where summary.number >= planner.expectedRecord { planner.add(summary) }
        } catch {
            noteReadFailure(error)
        }
    }

    /// Puts a request together. A read that fails is tried again: going on without it would move the cursor past
    /// samples that nobody has seen.
    private mutating func assemble(_ request: PlannedRequest) async -> [DeliveryAction] {
        while !assembleOnce(request) {
            reader.forgetSegment()
            await Courier.sleep(untilBootNanoseconds: Clocks.bootNanoseconds() + Shipper.roundNanoseconds)
            if Task.isShuttingDownGracefully || Task.isCancelled { return handle(.stop) }
        }
        _ = assembler.finish(into: &columns)
        let unreadable = reader.unreadableSamples
        shipper.update { $0.unreadableSamples = unreadable }
        return handle(.requestReady(request, sampleCount: columns.sampleCount))
    }

    private mutating func assembleOnce(_ request: PlannedRequest) -> Bool {
        do throws(AgentBufferError) {
            // What is sent should be durable first: after a power cut its record numbers would name other samples.
            try shipper.buffer.commit()
        } catch {
            // The disk takes no writes; delivering what is in memory is then the best that can be done for it.
            noteFailure("the buffer: \(error)")
        }
        assembler.removeAll()
        do throws(RingError) {
            try shipper.buffer.read { (ring) throws(RingError) in
                try reader.assemble(request, from: ring, into: &assembler)
            }
            return true
        } catch {
            noteReadFailure(error)
            return false
        }
    }

    /// Sleeps until CLOCK_BOOTTIME has come this far, or graceful shutdown begins.
    private static func sleep(untilBootNanoseconds time: Int64) async {
        let rest = max(0, time - Clocks.bootNanoseconds())
        do {
            try await cancelWhenGracefulShutdown {
                try await Task.sleep(for: .nanoseconds(rest))
            }
        } catch {
            // Being woken early is what cancellation is for here.
        }
    }
}

// MARK: - Sending

extension Courier {
    private mutating func send(_ attempt: DeliveryAttempt) async -> [DeliveryAction] {
        let samples = attempt.part.samples(of: columns.sampleCount)
        partCarriesHelp = help.isDue(now: Clocks.bootNanoseconds())
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
            return handle(.networkError("\(error)"))
        }
        return await post(format, attempt, samples)
    }

    private mutating func post(
        _ format: WireFormat, _ attempt: DeliveryAttempt, _ samples: Range<Int>
    ) async -> [DeliveryAction] {
        var headers = HTTPHeaders(format.requestHeaders.map { ($0.name, $0.value) })
        if attempt.retry > 0 { headers.set("Retry-Attempt", String(attempt.retry)) }
        if let records = recordsHeader(attempt, samples) {
            headers.set(RecordsHeader.name, "\(records)")
            headers.set("Wayside-Agent", shipper.agentID)
        }
        do throws(RequestAuthorizationError) {
            if let authorization = try shipper.authorization.header() { headers.set("Authorization", authorization) }
        } catch {
            // Tried again like a receiver that cannot be reached, until the file is there.
            noteFailure("\(error)")
            return handle(.networkError("\(error)"))
        }
        let bytes = UInt64(body.count)
        do throws(HTTPClientError) {
            let reply = try await postAgainIfStale(headers)
            let isAcknowledged = reply.status.code / 100 == 2
            shipper.update { status in
                status.sentBytes += bytes
                status.requestsByStatus[reply.status.code, default: 0] += 1
                if isAcknowledged { status.acknowledgedBytes += bytes }
            }
            let advice = shipper.authorization.advice(forStatus: reply.status.code).map { ", \($0):" } ?? ""
            let text = "status \(reply.status.code)\(advice) \(reply.firstLine())"
            if !isAcknowledged { noteFailure(text) }
            return handle(.response(Courier.response(reply)))
        } catch {
            shipper.update { $0.requestsByStatus[0, default: 0] += 1 }
            noteFailure("\(error)")
            return handle(.networkError("\(error)"))
        }
    }

    /// Posts the body; once more where the server had closed the kept connection before it read anything.
    private func postAgainIfStale(_ headers: HTTPHeaders) async throws(HTTPClientError) -> HTTPReply {
        do throws(HTTPClientError) {
            return try await shipper.client.post(shipper.target, headers: headers, body: body)
        } catch {
            guard case .staleConnection = error else { throw error }
            return try await shipper.client.post(shipper.target, headers: headers, body: body)
        }
    }

    private func recordsHeader(_ attempt: DeliveryAttempt, _ samples: Range<Int>) -> RecordsHeader? {
        let checksum = ContentChecksum.compute(columns, samples: samples) { Checksum.crc32c($1, after: $0) }
        return RecordsHeader(
            ringHigh: shipper.buffer.ringID.high, ringLow: shipper.buffer.ringID.low,
            first: attempt.request.firstRecord, last: attempt.request.lastRecord, part: UInt32(attempt.part.index),
            partCount: UInt32(attempt.part.count), checksum: checksum)
    }

    private static func response(_ reply: HTTPReply) -> DeliveryResponse {
        let date = reply.headers["Date"].flatMap { RetryAfter($0) }
        var responseDate: Int64?
        if case .date(let seconds) = date { responseDate = seconds }
        let delay = reply.headers["Retry-After"].flatMap { RetryAfter($0) }?.delaySeconds(
            nowUnixSeconds: Clocks.unixMilliseconds() / 1000, responseDateUnixSeconds: responseDate)
        let written = WrittenCounts { reply.headers[$0] }
        return DeliveryResponse(
            status: reply.status.code, writtenSamples: written.map { $0.samples + $0.histograms },
            retryAfterSeconds: delay, firstLine: reply.firstLine())
    }

    private mutating func wait(until time: Int64, _ reason: DeliveryWait) async -> [DeliveryAction] {
        let inMilliseconds = max(0, time - Clocks.bootNanoseconds()) / 1_000_000
        shipper.update { $0.nextTryUnixMilliseconds = Clocks.unixMilliseconds() + inMilliseconds }
        if case .paused(let why) = reason {
            shipper.logger.error(
                "the receiver refuses; nothing is dropped",
                metadata: ["url": "\(shipper.url)", "answer": "\(why)", "error": "\(shipper.status.lastError)"])
        }
        await Courier.sleep(untilBootNanoseconds: time)
        shipper.update { $0.nextTryUnixMilliseconds = nil }
        if Task.isShuttingDownGracefully || Task.isCancelled { return handle(.stop) }
        let oldest = shipper.buffer.status.fill?.oldestRecord ?? 0
        let actions = handle(.overwritten(oldestRecord: oldest))
        return actions.isEmpty ? handle(.timer) : actions
    }
}

// MARK: - Noting

extension Courier {
    private mutating func noteAcknowledged(_ samples: Int) {
        let newest = partNewest
        if partCarriesHelp { help.noteAcknowledged(now: Clocks.bootNanoseconds()) }
        var wasFailing = false
        shipper.update { status in
            wasFailing = !status.lastError.isEmpty
            status.acknowledgedSamples += UInt64(samples)
            if let newest {
                status.newestAcknowledgedUnixMilliseconds = max(
                    status.newestAcknowledgedUnixMilliseconds ?? newest, newest)
            }
            status.lastError = ""
        }
        if wasFailing { shipper.logger.notice("the receiver acknowledges again", metadata: ["url": "\(shipper.url)"]) }
    }

    private func noteDropped(_ drop: DeliveryDrop) {
        shipper.update { $0.droppedSamplesByReason[drop.reason.rawValue, default: 0] += UInt64(drop.samples) }
        shipper.logger.error(
            "the receiver has refused samples for good",
            metadata: [
                "url": "\(shipper.url)", "samples": "\(drop.samples)", "reason": "\(drop.reason.rawValue)",
                "status": "\(drop.status)", "answer": "\(drop.firstLine)",
                "may_have_arrived": "\(drop.mayHaveArrived)",
            ])
    }

    /// Says a new failure once; repetitions of it are in the counters.
    private func noteFailure(_ text: String) {
        var isNew = false
        shipper.update { status in
            isNew = status.lastError != text
            status.lastError = text
        }
        if isNew {
            shipper.logger.warning("not acknowledged", metadata: ["url": "\(shipper.url)", "error": "\(text)"])
        }
    }

    private func noteReadFailure(_ error: RingError) {
        noteFailure("the buffer: \(error)")
    }
}
