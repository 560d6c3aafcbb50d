/// When to send, to wait, to split, to drop and to move on, for one destination: the retry table of DESIGN.md as a
/// value. No I/O, no clock, no random inside; `now` is any monotonic clock, `random` any 64 random bits.
package struct DeliveryMachine: Sendable {
    private struct Work: Sendable {
        var request: PlannedRequest
        var sampleCount: Int
        var part = RequestPart.whole
        /// Tries of this part so far.
        var retry = 0
        /// Whether a try of this part went unanswered.
        var mayHaveArrived = false
        /// What the last try was made by, which its answer is judged by.
        var version = ProtocolVersion.two
        /// What the request came by, where it is passed on.
        var receivedAs: ProtocolVersion?

        var partSampleCount: Int { part.samples(of: sampleCount).count }
    }

    private enum Phase {
        /// Waiting for `.requestReady`.
        case idle
        case sending(Work)
        case waiting(Work, until: Int64)
        case stopped
    }

    private let settings: DeliverySettings
    private var phase = Phase.idle
    private var isStopping = false
    /// Failures since the last answer that was none, which is what the back-off grows with.
    private var failures = 0
    /// What is known of the receiver; a machine for another lane to the same one is given it before each event.
    package var facts: ReceiverFacts
    /// The last record of any request tried; boundaries and re-timing go by it. Nil before the first.
    package private(set) var attemptedThrough: UInt64?
    /// 2xx answers to 2.0 requests whose Written headers claim fewer samples than were sent.
    package private(set) var shortWriteCount: UInt64 = 0

    package init(settings: DeliverySettings, attemptedThrough: UInt64? = nil) {
        self.settings = settings
        self.attemptedThrough = attemptedThrough
        facts = ReceiverFacts(settings.protocolChoice)
    }

    /// The version that the next request goes by.
    package var protocolVersion: ProtocolVersion { facts.version }

    package mutating func handle(_ event: DeliveryEvent, now: Int64, random: UInt64) -> [DeliveryAction] {
        switch (event, phase) {
        case (.requestReady(let request, let count, let version), .idle):
            return begin(request, sampleCount: count, receivedAs: version, now: now)
        case (.response(let response), .sending(let work)):
            return answer(response, work, now: now, random: random)
        case (.networkError(let reason), .sending(var work)):
            work.mayHaveArrived = true
            return backOff(work, .backoff(reason: reason), atLeast: 0, now: now, random: random)
        case (.timer, .waiting(let work, let until)) where now >= until:
            return send(work, now: now)
        case (.overwritten(let oldest), .waiting(let work, _)) where work.request.firstRecord < oldest:
            // What is being sent is in memory and may still arrive; what waits is replaced by what is left.
            phase = .idle
            return [.discardPrepared, .prepareNext]
        case (.stop, _): return stop()
        default: return []
        }
    }

    private mutating func begin(
        _ request: PlannedRequest, sampleCount: Int, receivedAs version: ProtocolVersion?, now: Int64
    ) -> [DeliveryAction] {
        precondition(sampleCount >= 0, "a request holds \(sampleCount) samples")
        guard sampleCount > 0 else { return [.advance(throughRecord: request.lastRecord), .prepareNext] }
        var work = Work(request: request, sampleCount: sampleCount, receivedAs: version)
        var count = 1
        while count < settings.partLimit, (sampleCount + count - 1) / count >= facts.tooLargeSampleCount { count *= 2 }
        work.part = RequestPart(index: 1, count: count)
        var actions: [DeliveryAction] = []
        if let fellBackAt = facts.fellBackAt, settings.protocolChoice == .auto, version != .one,
            now - fellBackAt >= settings.secondTryNanoseconds
        {
            facts.fellBackAt = nil
            facts.isTwoConfirmed = false
            facts.version = .two
            actions.append(.changedProtocol(to: .two, because: .secondTry))
        }
        return actions + proceed(work, now: now)
    }

    /// Sends the part that stands in `work` or the first behind it that is not empty; ends the request where none is.
    private mutating func proceed(_ work: Work, now: Int64) -> [DeliveryAction] {
        var work = work
        while work.partSampleCount == 0 {
            guard let next = work.part.next else { return end(work.request) }
            work.part = next
        }
        return send(work, now: now)
    }

    private mutating func send(_ work: Work, now: Int64) -> [DeliveryAction] {
        guard !isStopping else { return finish() }
        attemptedThrough = max(attemptedThrough ?? 0, work.request.lastRecord)
        var work = work
        work.version = settings.protocolChoice == .auto && work.receivedAs == .one ? .one : facts.version
        phase = .sending(work)
        return [
            .send(DeliveryAttempt(request: work.request, part: work.part, version: work.version, retry: work.retry))
        ]
    }

    /// The part in `work` is done with, one way or the other.
    private mutating func endPart(_ work: Work, now: Int64) -> [DeliveryAction] {
        failures = 0
        guard let next = work.part.next else { return end(work.request) }
        var work = work
        work.part = next
        work.retry = 0
        work.mayHaveArrived = false
        return proceed(work, now: now)
    }

    private mutating func end(_ request: PlannedRequest) -> [DeliveryAction] {
        phase = .idle
        let advance = DeliveryAction.advance(throughRecord: request.lastRecord)
        return isStopping ? [advance] + finish() : [advance, .prepareNext]
    }

    private mutating func stop() -> [DeliveryAction] {
        isStopping = true
        switch phase {
        case .sending, .stopped: return []
        case .idle, .waiting: return finish()
        }
    }

    private mutating func finish() -> [DeliveryAction] {
        phase = .stopped
        return [.finished]
    }
}

// MARK: - Answers

extension DeliveryMachine {
    private mutating func answer(
        _ response: DeliveryResponse, _ work: Work, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        if response.acceptsOutOfOrder { facts.acceptsOutOfOrder = true }
        let retryAfter = response.retryAfterSeconds ?? 0
        switch response.status {
        case 200..<300: return succeed(response, work, now: now, random: random)
        case 429: return backOff(work, .throttled, atLeast: retryAfter, now: now, random: random)
        case 408, 425, 500..<600:
            // 408 and 425 say "the same again later", so they are treated as what they are, a transport's failure.
            let reason = DeliveryWait.backoff(reason: "status \(response.status)")
            return backOff(work, reason, atLeast: retryAfter, now: now, random: random)
        case 413: return split(response, work, now: now)
        case 415: return unsupported(response, work, .unsupportedMediaType, now: now, random: random)
        case 400: return refuse(response, work, now: now, random: random)
        case 409: return drop(.conflict, response, work, now: now)
        case 401, 402, 403, 404, 405, 407, 410, 421, 426, 451, ..<400:
            return pause(response, work, now: now, random: random)
        default: return drop(.refused, response, work, now: now)
        }
    }

    private mutating func succeed(
        _ response: DeliveryResponse, _ work: Work, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        if work.version == .two {
            guard let written = response.writtenSamples else {
                return unsupported(response, work, .silentlySwallowed, now: now, random: random)
            }
            facts.isTwoConfirmed = true
            if written < Int64(work.partSampleCount) { shortWriteCount += 1 }
        }
        return [.acknowledged(samples: work.partSampleCount)] + endPart(work, now: now)
    }

    /// The receiver does not take this version: on to 1.0 where that may be chosen, else it is for a person to see.
    private mutating func unsupported(
        _ response: DeliveryResponse, _ work: Work, _ change: ProtocolChange, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        guard work.version == .two, settings.protocolChoice == .auto else {
            return pause(response, work, now: now, random: random)
        }
        facts.version = .one
        facts.isTwoConfirmed = false
        facts.fellBackAt = now
        var work = work
        work.retry += 1
        return [.changedProtocol(to: .one, because: change)] + send(work, now: now)
    }

    private mutating func refuse(
        _ response: DeliveryResponse, _ work: Work, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        if work.version == .two {
            if response.writtenSamples != nil {
                facts.isTwoConfirmed = true
            } else if !facts.isTwoConfirmed, settings.protocolChoice == .auto {
                return unsupported(response, work, .unexplainedRefusal, now: now, random: random)
            }
        }
        return drop(.refused, response, work, now: now)
    }

    private mutating func drop(
        _ reason: DeliveryDrop.Reason, _ response: DeliveryResponse, _ work: Work, now: Int64
    ) -> [DeliveryAction] {
        // By 1.0 nothing is said of what was written, so all of it counts as not written.
        let claimed = work.version == .two ? response.writtenSamples ?? 0 : 0
        let written = Int(min(max(0, claimed), Int64(work.partSampleCount)))
        let dropped = DeliveryDrop(
            request: work.request, part: work.part, reason: reason, samples: work.partSampleCount - written,
            status: response.status, firstLine: response.firstLine, mayHaveArrived: work.mayHaveArrived)
        let acknowledged: [DeliveryAction] = written > 0 ? [.acknowledged(samples: written)] : []
        return acknowledged + [.dropped(dropped)] + endPart(work, now: now)
    }

    private mutating func split(_ response: DeliveryResponse, _ work: Work, now: Int64) -> [DeliveryAction] {
        let count = work.partSampleCount
        guard count > 1, work.part.count < settings.partLimit else {
            return drop(.tooLarge, response, work, now: now)
        }
        failures = 0
        facts.tooLargeSampleCount = min(facts.tooLargeSampleCount, count)
        var work = work
        work.part = work.part.halved
        work.retry = 0
        work.mayHaveArrived = false
        return proceed(work, now: now)
    }
}

// MARK: - Waiting

extension DeliveryMachine {
    /// Full jitter: any time from nothing to a bound that doubles with each failure, so that a fleet that lost its hub
    /// does not come back in step. A Retry-After takes the bound's place and is never undercut.
    private mutating func backOff(
        _ work: Work, _ reason: DeliveryWait, atLeast retryAfterSeconds: Int64, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        failures = min(failures + 1, 62)
        let doublings = failures - 1
        let bound =
            settings.backoffBaseNanoseconds > settings.backoffLimitNanoseconds >> Int64(doublings)
            ? settings.backoffLimitNanoseconds : settings.backoffBaseNanoseconds << Int64(doublings)
        let requested = nanoseconds(retryAfterSeconds)
        let jitter = Self.share(random, of: requested > 0 ? settings.backoffBaseNanoseconds : bound)
        return wait(work, reason, for: max(settings.backoffMinimumNanoseconds, requested + jitter), now: now)
    }

    private mutating func pause(
        _ response: DeliveryResponse, _ work: Work, now: Int64, random: UInt64
    ) -> [DeliveryAction] {
        let line = response.firstLine.isEmpty ? "" : ": \(response.firstLine)"
        let rest = max(settings.pauseNanoseconds, nanoseconds(response.retryAfterSeconds ?? 0))
        let jitter = Self.share(random, of: settings.pauseNanoseconds / 8)
        return wait(work, .paused(reason: "status \(response.status)\(line)"), for: rest + jitter, now: now)
    }

    private mutating func wait(
        _ work: Work, _ reason: DeliveryWait, for duration: Int64, now: Int64
    ) -> [DeliveryAction] {
        guard !isStopping else { return finish() }
        var work = work
        work.retry += 1
        phase = .waiting(work, until: now + duration)
        return [.wait(untilNanoseconds: now + duration, reason)]
    }

    private func nanoseconds(_ seconds: Int64) -> Int64 {
        let limit = settings.retryAfterLimitNanoseconds
        return seconds >= limit / 1_000_000_000 ? limit : max(0, seconds) * 1_000_000_000
    }

    /// A number from 0 to `bound`, evenly by 64 random bits.
    private static func share(_ random: UInt64, of bound: Int64) -> Int64 {
        Int64(random.multipliedFullWidth(by: UInt64(bound) + 1).high)
    }
}
