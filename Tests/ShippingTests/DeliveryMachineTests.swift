import Shipping
import Testing

/// Drives a machine through simulated time.
private struct Driver {
    static let second: Int64 = 1_000_000_000
    var machine: DeliveryMachine
    var now: Int64 = 0
    var random: UInt64 = 0
    let request = PlannedRequest(firstRecord: 10, lastRecord: 14, sampleCount: 100, byteCount: 1000)

    init(_ choice: ProtocolChoice = .auto, partLimit: Int = 1024) {
        machine = DeliveryMachine(settings: DeliverySettings(protocolChoice: choice, partLimit: partLimit))
    }

    @discardableResult
    mutating func handle(_ event: DeliveryEvent) -> [DeliveryAction] {
        machine.handle(event, now: now, random: random)
    }

    @discardableResult
    mutating func begin(samples: Int = 100) -> [DeliveryAction] {
        handle(.requestReady(request, sampleCount: samples))
    }

    mutating func answer(
        _ status: Int, written: Int64? = nil, retryAfter: Int64? = nil, line: String = ""
    ) -> [DeliveryAction] {
        handle(
            .response(
                DeliveryResponse(
                    status: status, writtenSamples: written, retryAfterSeconds: retryAfter, firstLine: line)))
    }

    func attempt(_ version: ProtocolVersion, retry: Int = 0, part: RequestPart = .whole) -> DeliveryAction {
        .send(DeliveryAttempt(request: request, part: part, version: version, retry: retry))
    }

    /// Waits until the time that the actions name, and sends again.
    mutating func waitAsTold(_ actions: [DeliveryAction]) -> [DeliveryAction] {
        guard case .wait(let until, _)? = actions.last else { return [] }
        now = until
        return handle(.timer)
    }
}

private let done: [DeliveryAction] = [.advance(throughRecord: 14), .prepareNext]

@Suite struct DeliveryMachineTests {
    @Test func success2xxMovesTheCursor() {
        for status in [200, 204, 299] {
            var driver = Driver()
            let sent = driver.begin()
            #expect(sent == [driver.attempt(.two)])
            #expect(driver.machine.attemptedThrough == 14)
            let answered = driver.answer(status, written: 100)
            #expect(answered == [.acknowledged(samples: 100)] + done)
        }
    }

    @Test func aRequestWithoutSamplesMovesTheCursorUnsent() {
        var driver = Driver()
        let actions = driver.begin(samples: 0)
        #expect(actions == done)
        #expect(driver.machine.attemptedThrough == nil)
    }

    @Test(arguments: [500, 501, 502, 503, 504, 599, 408, 425])
    func passingFailuresAreTriedAgainWithTheSameRecords(status: Int) {
        var driver = Driver()
        driver.begin()
        let first = driver.answer(status)
        #expect(first == [.wait(untilNanoseconds: 100_000_000, .backoff(reason: "status \(status)"))])
        let early = driver.handle(.timer)
        #expect(early.isEmpty)
        let again = driver.waitAsTold(first)
        #expect(again == [driver.attempt(.two, retry: 1)])
    }

    @Test func theBackoffDoublesWithFullJitterUpToItsLimit() {
        for (random, expected) in [
            (UInt64.max, [1, 2, 4, 8, 16, 32, 60, 60, 60].map { $0 * Driver.second }),
            (UInt64.max / 2, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000].map { $0 * 1_000_000 }),
            (0, Array(repeating: 100_000_000, count: 9)),
        ] {
            var driver = Driver()
            driver.random = random
            driver.begin()
            for wait in expected {
                let actions = driver.handle(.networkError("reset"))
                #expect(actions == [.wait(untilNanoseconds: driver.now + wait, .backoff(reason: "reset"))])
                _ = driver.waitAsTold(actions)
            }
        }
    }

    @Test func manyFailuresNeverOverflow() {
        var driver = Driver()
        driver.random = .max
        driver.begin()
        for _ in 0..<200 {
            let actions = driver.answer(503)
            let again = driver.waitAsTold(actions)
            #expect(again.count == 1)
        }
        let success = driver.answer(200, written: 100)
        #expect(success.contains(.advance(throughRecord: 14)))
        // A success ends the row of failures.
        driver.begin()
        let actions = driver.answer(503)
        #expect(actions == [.wait(untilNanoseconds: driver.now + Driver.second, .backoff(reason: "status 503"))])
    }

    @Test func retryAfterIsNeverUndercutNorBelievedForever() {
        for (status, asked, expected) in [(429, 120, 120), (503, 7, 7), (429, Int64.max, 300), (503, 3600, 300)] {
            var driver = Driver()
            driver.begin()
            let actions = driver.answer(status, retryAfter: asked)
            let reason: DeliveryWait = status == 429 ? .throttled : .backoff(reason: "status \(status)")
            #expect(actions == [.wait(untilNanoseconds: Int64(expected) * Driver.second, reason)])
        }
    }

    @Test(arguments: [301, 304, 401, 402, 403, 404, 405, 407, 410, 421, 426, 451])
    func whatAPersonMustChangePausesForAMinuteAndDropsNothing(status: Int) {
        for random in [0, UInt64.max] {
            var driver = Driver()
            driver.random = random
            driver.begin()
            let actions = driver.answer(status, line: "no such tenant")
            guard case .wait(let until, .paused(reason: "status \(status): no such tenant"))? = actions.first else {
                Issue.record("\(actions)")
                return
            }
            #expect(actions.count == 1)
            #expect(until >= 60 * Driver.second)
            let again = driver.waitAsTold(actions)
            #expect(again == [driver.attempt(.two, retry: 1)])
        }
    }

    @Test(arguments: [(400, DeliveryDrop.Reason.refused), (409, .conflict), (422, .refused), (418, .refused)])
    func refusedContentIsDroppedWithItsReasonAndTheQueueGoesOn(status: Int, reason: DeliveryDrop.Reason) {
        var driver = Driver(.only(.one))
        driver.begin()
        let actions = driver.answer(status, line: "out of order sample")
        let drop = DeliveryDrop(
            request: driver.request, part: .whole, reason: reason, samples: 100, status: status,
            firstLine: "out of order sample", mayHaveArrived: false)
        #expect(actions == [.dropped(drop)] + done)
    }

    @Test func aDropAfterAnUnansweredTrySaysThatTheSamplesMayBeThere() {
        var driver = Driver(.only(.one))
        driver.begin()
        let waited = driver.handle(.networkError("timeout"))
        _ = driver.waitAsTold(waited)
        let actions = driver.answer(400)
        guard case .dropped(let drop)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(drop.mayHaveArrived)
    }

    @Test func aPartial400Of2DropsWhatWasNotWritten() {
        var driver = Driver()
        driver.begin()
        let actions = driver.answer(400, written: 97, line: "3 too old")
        #expect(actions.first == .acknowledged(samples: 97))
        guard case .dropped(let drop) = actions[1] else {
            Issue.record("\(actions)")
            return
        }
        #expect(drop.samples == 3)
        #expect(Array(actions.dropFirst(2)) == done)
        #expect(driver.machine.protocolVersion == .two)
    }

    @Test(arguments: [
        (415, ProtocolChange.unsupportedMediaType), (200, .silentlySwallowed), (400, .unexplainedRefusal),
    ]) func autoFallsBackTo1AndRemembersIt(status: Int, change: ProtocolChange) {
        var driver = Driver()
        driver.begin()
        let actions = driver.answer(status)
        #expect(actions == [.changedProtocol(to: .one, because: change), driver.attempt(.one, retry: 1)])
        let success = driver.answer(204)
        #expect(success == [.acknowledged(samples: 100)] + done)
        let next = driver.begin()
        #expect(next == [driver.attempt(.one)])
    }

    @Test func a400By1AfterTheFallbackDrops() {
        var driver = Driver()
        driver.begin()
        _ = driver.answer(400)
        let actions = driver.answer(400)
        guard case .dropped? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(driver.machine.protocolVersion == .one)
    }

    @Test func onceConfirmedA400WithoutHeadersDropsInsteadOfFallingBack() {
        var driver = Driver()
        driver.begin()
        _ = driver.answer(204, written: 100)
        driver.begin()
        let actions = driver.answer(400)
        guard case .dropped? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(driver.machine.protocolVersion == .two)
    }

    @Test func version2IsTriedAgainAfterADay() {
        var driver = Driver()
        driver.begin()
        _ = driver.answer(415)
        _ = driver.answer(204)
        driver.now = 86_399 * Driver.second
        let before = driver.begin()
        #expect(before == [driver.attempt(.one)])
        _ = driver.answer(204)
        driver.now = 86_400 * Driver.second
        let after = driver.begin()
        #expect(after == [.changedProtocol(to: .two, because: .secondTry), driver.attempt(.two)])
    }

    @Test(arguments: [(415, Int64?.none), (200, nil)])
    func aFixed2NeverFallsBackButPauses(status: Int, written: Int64?) {
        var driver = Driver(.only(.two))
        driver.begin()
        let actions = driver.answer(status, written: written)
        guard case .wait(_, .paused)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(driver.machine.protocolVersion == .two)
    }

    @Test func a413SplitsIntoNestedPartsAndSendsNothingTwice() {
        var driver = Driver()
        driver.begin()
        // The receiver takes 30 samples at most.
        var taken: [Range<Int>] = []
        var refusals = 0
        var actions = [driver.attempt(.two)]
        var parts: [RequestPart] = []
        while case .send(let attempt)? = actions.last {
            let samples = attempt.part.samples(of: 100)
            if samples.count > 30 {
                refusals += 1
                actions = driver.answer(413)
            } else {
                taken.append(samples)
                parts.append(attempt.part)
                actions = driver.answer(204, written: Int64(samples.count))
            }
        }
        #expect(actions.suffix(2) == done[...])
        #expect(taken.flatMap { Array($0) } == Array(0..<100))
        #expect(refusals == 2)
        #expect(parts == (1...4).map { RequestPart(index: $0, count: 4) })
        // The next request starts in parts that are known to fit.
        let next = driver.begin()
        #expect(next == [driver.attempt(.two, part: RequestPart(index: 1, count: 4))])
    }

    @Test func theCursorMovesOnlyAfterTheLastPart() {
        var driver = Driver(.only(.one))
        driver.begin(samples: 2)
        let split = driver.answer(413)
        #expect(split == [driver.attempt(.one, part: RequestPart(index: 1, count: 2))])
        let first = driver.answer(204)
        #expect(first == [.acknowledged(samples: 1), driver.attempt(.one, part: RequestPart(index: 2, count: 2))])
        let waiting = driver.answer(503)
        let again = driver.waitAsTold(waiting)
        #expect(again == [driver.attempt(.one, retry: 1, part: RequestPart(index: 2, count: 2))])
        let second = driver.answer(204)
        #expect(second == [.acknowledged(samples: 1)] + done)
    }

    @Test func whatCannotBeSplitFurtherIsDropped() {
        for (samples, limit) in [(1, 1024), (100, 1)] {
            var driver = Driver(partLimit: limit)
            driver.begin(samples: samples)
            let actions = driver.answer(413)
            guard case .dropped(let drop)? = actions.first else {
                Issue.record("\(actions)")
                return
            }
            #expect(drop.reason == .tooLarge)
            #expect(drop.samples == samples)
        }
    }

    @Test func aShort2xxIsCounted() {
        var driver = Driver()
        driver.begin()
        let actions = driver.answer(200, written: 99)
        #expect(actions == [.acknowledged(samples: 100)] + done)
        #expect(driver.machine.shortWriteCount == 1)
    }

    @Test func aWaitingRequestThatTheRingOverwritesIsPlannedAnew() {
        var driver = Driver()
        driver.begin()
        let sending = driver.handle(.overwritten(oldestRecord: 12))
        #expect(sending.isEmpty)
        _ = driver.answer(503)
        let untouched = driver.handle(.overwritten(oldestRecord: 10))
        #expect(untouched.isEmpty)
        let replanned = driver.handle(.overwritten(oldestRecord: 12))
        #expect(replanned == [.discardPrepared, .prepareNext])
        // What was attempted stays known, so that the new plan does not mix it with what is new.
        #expect(driver.machine.attemptedThrough == 14)
    }

    @Test func stoppingAnswersWhatIsUnderWayAndBeginsNothing() {
        var idle = Driver()
        let stopped = idle.handle(.stop)
        #expect(stopped == [.finished])
        let ignored = idle.begin()
        #expect(ignored.isEmpty)

        var sending = Driver()
        sending.begin()
        let none = sending.handle(.stop)
        #expect(none.isEmpty)
        let last = sending.answer(204, written: 100)
        #expect(last == [.acknowledged(samples: 100), .advance(throughRecord: 14), .finished])

        var failing = Driver()
        failing.begin()
        failing.handle(.stop)
        let failed = failing.handle(.networkError("reset"))
        #expect(failed == [.finished])

        var waiting = Driver()
        waiting.begin()
        _ = waiting.answer(503)
        let ended = waiting.handle(.stop)
        #expect(ended == [.finished])
    }

    @Test func strayEventsChangeNothing() {
        var driver = Driver()
        for event in [DeliveryEvent.timer, .networkError("x"), .response(DeliveryResponse(status: 500))] {
            let actions = driver.handle(event)
            #expect(actions.isEmpty)
        }
        let sent = driver.begin()
        #expect(sent == [driver.attempt(.two)])
        let second = driver.begin()
        #expect(second.isEmpty)
    }
}

@Suite struct ReceiverFactsTests {
    /// A request that was put together by 2.0 before the other lane learnt that the receiver speaks 1.0.
    @Test func anAnswerIsJudgedByTheVersionThatWasSent() {
        var driver = Driver()
        driver.begin()
        var other = Driver()
        other.begin()
        _ = other.answer(415)
        driver.machine.facts = other.machine.facts
        // 2xx without Written headers: it has read an empty message, whatever is known by now.
        let actions = driver.answer(204)
        #expect(
            actions == [.changedProtocol(to: .one, because: .silentlySwallowed), driver.attempt(.one, retry: 1)])
    }

    @Test func whatOneLaneLearntTheOtherBeginsWith() {
        var first = Driver()
        first.begin()
        _ = first.answer(413)
        _ = first.answer(415)
        var second = Driver()
        second.machine.facts = first.machine.facts
        let actions = second.begin()
        #expect(actions == [second.attempt(.one, part: RequestPart(index: 1, count: 2))])
    }

    @Test func aHubSaysThatItTakesAnyOrder() {
        var driver = Driver()
        #expect(!driver.machine.facts.acceptsOutOfOrder)
        driver.begin()
        driver.handle(.response(DeliveryResponse(status: 503, acceptsOutOfOrder: true)))
        #expect(driver.machine.facts.acceptsOutOfOrder)
    }

    @Test func whatCameBy1IsPassedOnBy1AndTeachesNothingOf2() {
        var driver = Driver()
        let first = driver.handle(.requestReady(driver.request, sampleCount: 100, receivedAs: .one))
        #expect(first == [driver.attempt(.one)])
        // No Written headers come with 1.0.
        let answered = driver.answer(204)
        #expect(answered == [.acknowledged(samples: 100)] + done)
        let second = driver.handle(.requestReady(driver.request, sampleCount: 100, receivedAs: .two))
        #expect(second == [driver.attempt(.two)])
        var fixed = Driver(.only(.two))
        let made = fixed.handle(.requestReady(fixed.request, sampleCount: 100, receivedAs: .one))
        #expect(made == [fixed.attempt(.two)])
    }

    @Test func theDailyTryOf2WaitsForARequestThatCameBy2() {
        var driver = Driver()
        driver.begin()
        _ = driver.answer(415)
        _ = driver.answer(200)
        driver.now = 2 * 86_400 * Driver.second
        let first = driver.handle(.requestReady(driver.request, sampleCount: 100, receivedAs: .one))
        #expect(first == [driver.attempt(.one)])
        _ = driver.answer(200)
        let second = driver.handle(.requestReady(driver.request, sampleCount: 100, receivedAs: .two))
        #expect(second == [.changedProtocol(to: .two, because: .secondTry), driver.attempt(.two)])
    }
}
