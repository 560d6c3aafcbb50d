internal import MetricModel
internal import RemoteWrite
package import RingLog
package import Shipping

/// Sends one target's ring to it, a request at a time and in the ring's order, and does what its `DeliveryMachine` says
/// with the answers.
///
/// It has no clock, no dice and no network of its own, like the agent's dispatcher.
package struct RelayDispatcher<Disk: RingDisk> {
    private enum Phase {
        case preparing
        case sending
        case waiting(until: Int64)
        case finished
    }

    /// The request under way.
    private struct Work {
        let record: RecordNumber
        let request: RelayedRequest
        /// Decompressed, where it may have to be rewritten.
        var message: [UInt8]?
        var leftOut: [LeftOutReason: UInt64] = [:]
        /// Samples of series that break the limits of what can be rewritten.
        var overLimits = 0
        var hasUnits = true
    }

    private let settings: RelayTargetSettings
    private let buffer: RelayBuffer<Disk>
    private var machine: DeliveryMachine
    package private(set) var status = RelayTargetStatus()
    private var notices: [RelaySendNotice] = []
    private var phase = Phase.preparing
    private var actions: [DeliveryAction] = []
    private var work: Work?
    private var isStopping = false
    /// The last record that was looked at.
    private var last: RecordNumber = 0
    private var attemptBytes = 0
    private var attemptIsVerbatim = false
    private var attemptLostStarts = 0
    /// The same of the part that is sent: it is said with the first.
    private var attemptOverLimits = 0

    package init(_ settings: RelayTargetSettings, buffer: RelayBuffer<Disk>) {
        self.settings = settings
        self.buffer = buffer
        machine = DeliveryMachine(settings: DeliverySettings(protocolChoice: settings.protocolChoice))
        status.protocolVersion = machine.protocolVersion.rawValue
    }

    /// Whether `next` would find nothing in the ring, so that it need not be asked.
    package var isIdle: Bool {
        guard case .preparing = phase, actions.isEmpty, !isStopping, work == nil else { return false }
        return buffer.status.lastRecord <= max(last, buffer.status.acknowledgedRecord)
    }

    /// From now on nothing new is begun.
    package mutating func stop() { isStopping = true }

    package mutating func takeNotices() -> [RelaySendNotice] {
        defer { notices.removeAll() }
        return notices
    }

    /// What is to be done at CLOCK_BOOTTIME `now`. Not to be asked between `.send` and its outcome. May read the disk.
    package mutating func next(now: Int64, random: UInt64) -> RelayStep {
        while true {
            while !actions.isEmpty {
                if let request = perform(actions.removeFirst(), now: now, random: random) { return .send(request) }
            }
            switch phase {
            case .finished: return .finished
            case .sending: preconditionFailure("the outcome of the request is not told yet")
            case .waiting(let until):
                if isStopping {
                    handle(.stop, now: now, random: random)
                } else if let work, buffer.status.oldestRecord > work.record {
                    handle(.overwritten(oldestRecord: buffer.status.oldestRecord), now: now, random: random)
                } else {
                    guard now >= until else { return .wait(untilBootNanoseconds: min(until, now + 1_000_000_000)) }
                    handle(.timer, now: now, random: random)
                }
            case .preparing:
                if isStopping {
                    handle(.stop, now: now, random: random)
                } else if let wake = prepare(now: now, random: random) {
                    return .wait(untilBootNanoseconds: wake)
                }
            }
        }
    }

    /// The target has answered what was sent last, at this time of the wall clock in milliseconds.
    package mutating func answered(_ response: DeliveryResponse, now: Int64, wall: Int64, random: UInt64) {
        status.requestsByStatus[response.status, default: 0] += 1
        status.sentBytes += UInt64(attemptBytes)
        if response.status / 100 == 2 {
            status.lastSuccessUnixMilliseconds = wall
        } else {
            noteFailure("status \(response.status) \(response.firstLine)")
        }
        handle(.response(response), now: now, random: random)
    }

    /// No answer came; what was sent may have arrived.
    package mutating func failed(_ reason: String, now: Int64, random: UInt64) {
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
    private mutating func perform(_ action: DeliveryAction, now: Int64, random: UInt64) -> RelayOutgoing? {
        switch action {
        case .prepareNext: phase = .preparing
        case .discardPrepared: endWork(isDone: false)
        case .send(let attempt):
            phase = .sending
            return encode(attempt, now: now, random: random)
        case .wait(let until, let reason):
            phase = .waiting(until: until)
            if case .paused(let why) = reason { notices.append(.paused(why)) }
        case .advance(let record):
            endWork(isDone: true)
            buffer.acknowledge(through: record)
        case .acknowledged(let samples): noteAcknowledged(samples)
        case .dropped(let drop):
            status.droppedRequests[drop.reason, default: 0] += 1
            status.droppedSamples[drop.reason, default: 0] += UInt64(drop.samples)
            notices.append(.dropped(drop))
        case .changedProtocol(let version, let cause): notices.append(.changedProtocol(to: version, because: cause))
        case .finished: phase = .finished
        }
        return nil
    }
}

// MARK: - Preparing

extension RelayDispatcher {
    /// Gets the next record and gives it to the machine; answers when to look again where there is none.
    private mutating func prepare(now: Int64, random: UInt64) -> Int64? {
        let load: RelayLoad?
        do throws(RingError) {
            load = try buffer.next(after: last)
        } catch {
            noteFailure("the buffer: \(error)")
            return now + settings.rereadNanoseconds
        }
        guard let load else {
            status.waitingSinceUnixMilliseconds = nil
            return now + settings.roundNanoseconds
        }
        last = load.record
        switch load.content {
        case .none: buffer.acknowledge(through: load.record)
        case .unreadable: skip(load.record, "the record is of another version")
        case .request(let request): begin(request, load.record, now: now, random: random)
        }
        return nil
    }

    private mutating func skip(_ record: RecordNumber, _ why: String) {
        status.unreadableRequests += 1
        notices.append(.unreadable(record: record, why))
        buffer.acknowledge(through: record)
    }

    private mutating func begin(_ request: RelayedRequest, _ record: RecordNumber, now: Int64, random: UInt64) {
        status.waitingSinceUnixMilliseconds = request.receivedUnixMilliseconds
        var work = Work(record: record, request: request)
        var units = request.unitCount
        if !settings.filter.isOpen {
            do throws(RemoteWriteError) {
                units = try measure(&work)
            } catch { return skip(record, "\(error)") }
        }
        if units == 0, settings.filter.isOpen || (work.leftOut.isEmpty && work.overLimits == 0) {
            // Types and help alone, or exemplars alone, are sent too.
            units = 1
            work.hasUnits = false
        }
        self.work = work
        phase = .sending
        let planned = PlannedRequest(
            firstRecord: record, lastRecord: record, sampleCount: units, byteCount: request.body.count)
        let version: ProtocolVersion = request.format == .writeRequest1 ? .one : .two
        handle(.requestReady(planned, sampleCount: units, receivedAs: version), now: now, random: random)
    }

    /// How many units the filter lets pass.
    private func measure(_ work: inout Work) throws(RemoteWriteError) -> Int {
        let message = try decompress(work.request)
        var leftOut: [LeftOutReason: UInt64] = [:]
        let filter = settings.filter
        let counts = try RequestRewriter.measure(message, from: work.request.format) { labels, units in
            guard let reason = filter.reasonForLeavingOut(labels) else { return true }
            leftOut[reason, default: 0] += UInt64(units)
            return false
        }
        work.leftOut = leftOut
        work.overLimits = counts.leftOutUnits
        work.message = message
        return counts.units
    }

    private func decompress(_ request: RelayedRequest) throws(RemoteWriteError) -> [UInt8] {
        var message: [UInt8] = []
        try SnappyBlock.decompress(request.body, byteLimit: settings.messageByteLimit, into: &message)
        return message
    }
}

// MARK: - Encoding

extension RelayDispatcher {
    private mutating func encode(_ attempt: DeliveryAttempt, now: Int64, random: UInt64) -> RelayOutgoing? {
        guard let work else { preconditionFailure("a request is under way") }
        let format: WireFormat = attempt.version == .one ? .writeRequest1 : .writeRequest2
        attemptIsVerbatim = format == work.request.format && attempt.part == .whole && settings.filter.isOpen
        attemptLostStarts = 0
        attemptOverLimits = 0
        let body: [UInt8]
        if attemptIsVerbatim {
            body = work.request.body
        } else {
            do throws(RemoteWriteError) {
                body = try rewritten(work, as: format, attempt.part)
            } catch {
                giveUp(error, now: now, random: random)
                return nil
            }
        }
        attemptBytes = body.count
        let type = work.request.contentType
        return RelayOutgoing(
            format: format, contentType: attemptIsVerbatim && !type.isEmpty ? type : nil,
            records: records(work, attempt.part), via: work.request.via, retry: attempt.retry, body: body)
    }

    private mutating func rewritten(
        _ work: Work, as format: WireFormat, _ part: RequestPart
    ) throws(RemoteWriteError) -> [UInt8] {
        var message = work.message ?? []
        if work.message == nil {
            message = try decompress(work.request)
            self.work?.message = message
        }
        let filter = settings.filter
        let keeps: RequestRewriter.Choice? =
            filter.isOpen ? nil : { labels, _ in filter.reasonForLeavingOut(labels) == nil }
        var output: [UInt8] = []
        let counts = try RequestRewriter.rewrite(
            message, from: work.request.format, to: format, part: .init(index: part.index, count: part.count),
            keeping: keeps, byteLimit: settings.outgoingByteLimit, into: &output)
        attemptLostStarts = counts.lostStartTimestamps
        attemptOverLimits = counts.leftOutUnits
        self.work?.overLimits = max(work.overLimits, counts.leftOutUnits)
        var body: [UInt8] = []
        try SnappyBlock.compress(output, into: &body)
        return body
    }

    /// What cannot be rewritten as a whole is tried in parts, as after 413; what cannot be read never can.
    private mutating func giveUp(_ error: RemoteWriteError, now: Int64, random: UInt64) {
        let status: Int
        if case .limitExceeded = error { status = 413 } else { status = 422 }
        noteFailure("\(error)")
        handle(.response(DeliveryResponse(status: status, firstLine: "\(error)")), now: now, random: random)
    }

    /// The checksum is over what was received, which no second try changes, and over what is left out of it.
    private func records(_ work: Work, _ part: RequestPart) -> RecordsHeader? {
        var filter = settings.filterText
        let before = filter.withUTF8 { Checksum.crc32c(UnsafeRawBufferPointer($0)) }
        let checksum = work.request.body.withUnsafeBytes { Checksum.crc32c($0, after: before) }
        return RecordsHeader(
            ringHigh: buffer.ringID.high, ringLow: buffer.ringID.low, first: work.record, last: work.record,
            part: UInt32(part.index), partCount: UInt32(part.count), checksum: checksum)
    }
}

// MARK: - Noting

extension RelayDispatcher {
    private mutating func noteAcknowledged(_ samples: Int) {
        status.sentRequests += 1
        // With a filter those over the limits were not planned; without one they were received and not sent.
        let planned = settings.filter.isOpen ? max(0, samples - attemptOverLimits) : samples
        status.sentSamples += work?.hasUnits == true ? UInt64(planned) : 0
        status.lostStartTimestamps += UInt64(attemptLostStarts)
        if attemptIsVerbatim { status.verbatimRequests += 1 }
        if !status.lastError.isEmpty { notices.append(.recovered) }
        status.lastError = ""
    }

    /// The request is done with; or, where the ring has overwritten it, forgotten.
    private mutating func endWork(isDone: Bool) {
        if isDone, let work {
            status.leftOutSamples.merge(work.leftOut, uniquingKeysWith: +)
            status.overLimitSamples += UInt64(work.overLimits)
        }
        work = nil
    }

    private mutating func noteFailure(_ text: String) {
        if status.lastError != text { notices.append(.failed(text)) }
        status.lastError = text
    }
}
