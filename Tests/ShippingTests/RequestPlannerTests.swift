import MetricModel
import Shipping
import TestValues
import Testing

private let boot = BootID(high: 1, low: 1)
private let second: Int64 = 1_000_000_000

private func record(
    _ number: UInt64, at seconds: Double, samples: Int = 500, ends: Bool = true, boot id: BootID = boot
) -> RecordSummary {
    RecordSummary(
        number: number, endsBatch: ends, byteCount: samples * 2, sampleCount: samples, bootID: id,
        bootNanoseconds: Int64(seconds * Double(second)))
}

private func limits(batchFor seconds: Int64, samples: Int = 10_000) -> RequestPlanner.Limits {
    RequestPlanner.Limits(batchForNanoseconds: seconds * second, sampleLimit: samples, byteLimit: 1 << 20)
}

/// Requests as `first...last` once all records are in and enough time has passed.
private func ranges(
    _ records: [RecordSummary], _ limits: RequestPlanner.Limits, from first: UInt64 = 1, attempted: UInt64? = nil
) -> [ClosedRange<UInt64>] {
    var planner = RequestPlanner(firstRecord: first, limits: limits, attemptedThrough: attempted)
    var found: [ClosedRange<UInt64>] = []
    for record in records where record.number >= first { planner.add(record) }
    while case .request(let request) = planner.next(bootNanoseconds: .max / 2, bootID: boot) {
        found.append(request.firstRecord...request.lastRecord)
    }
    return found
}

@Suite struct RequestPlannerTests {
    @Test func fourScrapesMakeARequestOfAMinuteWhateverTheTicksJitter() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let records = (0..<12).map {
            record(UInt64($0 + 1), at: 15 * Double($0) + Double.random(in: 0...0.5, using: &random))
        }
        #expect(ranges(records, limits(batchFor: 60)) == [1...4, 5...8, 9...12], "seed \(seed)")
        #expect(ranges(records, limits(batchFor: 15)) == (1...12).map { $0...$0 }, "seed \(seed)")
        #expect(ranges(records, limits(batchFor: 0)) == (1...12).map { $0...$0 }, "seed \(seed)")
    }

    @Test func requestsHoldWholeBatches() {
        let records = [
            record(1, at: 0, ends: false), record(2, at: 0, ends: false), record(3, at: 0),
            record(4, at: 20, ends: false),
        ]
        #expect(ranges(records, limits(batchFor: 15)) == [1...3])
        #expect(ranges(records + [record(5, at: 20)], limits(batchFor: 15)) == [1...3, 4...5])
    }

    @Test func limitsEndARequestBeforeTheBatchThatPassesThem() {
        let records = [500, 400, 200, 5000, 1].enumerated().map {
            record(UInt64($0.offset + 1), at: Double($0.offset), samples: $0.element)
        }
        #expect(ranges(records, limits(batchFor: 60, samples: 1000)) == [1...2, 3...3, 4...4, 5...5])
    }

    @Test func anotherBootEndsARequest() {
        let other = BootID(high: 2, low: 2)
        let records = [record(1, at: 100, boot: other), record(2, at: 101, boot: other), record(3, at: 5)]
        #expect(ranges(records, limits(batchFor: 60)) == [1...2, 3...3])
    }

    @Test func recordsWithoutSamplesLeadARequestAndNeverEndIt() {
        let records = [
            record(1, at: 0, samples: 0), record(2, at: 0), record(3, at: 1, samples: 0), record(4, at: 100),
            record(5, at: 101, samples: 0), record(6, at: 102, samples: 0, ends: false),
        ]
        #expect(ranges(records, limits(batchFor: 15)) == [1...2, 3...4])
    }

    @Test func missingRecordNumbersArePassedOver() {
        #expect(ranges([record(3, at: 0), record(9, at: 100)], limits(batchFor: 15)) == [1...3, 4...9])
    }

    @Test func aRequestClosesByTimeOnlyWhenNoBatchCanJoinItAnyMore() {
        var planner = RequestPlanner(firstRecord: 1, limits: limits(batchFor: 16))
        let none = planner.next(bootNanoseconds: 0, bootID: boot)
        #expect(none == .waitForRecords)
        planner.add(record(1, at: 100))
        let early = planner.next(bootNanoseconds: 101 * second, bootID: boot)
        #expect(early == .waitUntil(bootNanoseconds: 116 * second))
        let due = planner.next(bootNanoseconds: 116 * second, bootID: boot)
        #expect(due == .request(PlannedRequest(firstRecord: 1, lastRecord: 1, sampleCount: 500, byteCount: 1000)))
        // The first record of a batch that belongs in: only its end says how the request ends.
        planner.add(record(2, at: 200))
        planner.add(record(3, at: 201, ends: false))
        let open = planner.next(bootNanoseconds: 900 * second, bootID: boot)
        #expect(open == .waitForRecords)
        planner.add(record(4, at: 201))
        let joined = planner.next(bootNanoseconds: 900 * second, bootID: boot)
        #expect(joined == .request(PlannedRequest(firstRecord: 2, lastRecord: 4, sampleCount: 1500, byteCount: 3000)))
        // A batch of an earlier boot gets no company any more.
        planner.add(record(5, at: 950))
        let old = planner.next(bootNanoseconds: second, bootID: BootID(high: 9, low: 9))
        #expect(old == .request(PlannedRequest(firstRecord: 5, lastRecord: 5, sampleCount: 500, byteCount: 1000)))
    }

    @Test func whatWasAttemptedIsNeverMixedWithWhatIsNew() {
        let records = (1...8).map { record($0, at: Double($0)) }
        // Records 1 to 4 were a request; the ring has overwritten 1 and 2 since.
        #expect(ranges(records, limits(batchFor: 60), from: 3, attempted: 4) == [3...4, 5...8])
        #expect(ranges(records, limits(batchFor: 60), from: 3) == [3...8])
    }

    /// Promise 3: wherever the agent was killed, and however much of the ring it had seen at each step, the requests
    /// from any boundary on are the same.
    @Test func boundariesAreAFunctionOfTheRing() {
        for round in 0..<300 {
            let seed = UInt64.random(in: 0 ... .max)
            var random = SeededRandom(seed: seed)
            let records = Self.history(&random)
            let limits = RequestPlanner.Limits(
                batchForNanoseconds: [0, 15, 60].randomElement(using: &random, or: 0) * second,
                sampleLimit: Int.random(in: 500...3000, using: &random),
                byteLimit: Int.random(in: 1000...5000, using: &random), settleNanoseconds: 2 * second)
            let reference = ranges(records, limits)
            for (index, range) in reference.enumerated() {
                let replayed = ranges(records, limits, from: range.lowerBound)
                #expect(replayed == Array(reference[index...]), "seed \(seed), round \(round), from \(range)")
            }
            let live = Self.sendLive(records, limits)
            #expect(live == Array(reference.prefix(live.count)), "seed \(seed), round \(round)")
        }
    }

    /// Batches of one boot, in the order of their times, with state records in between.
    private static func history(_ random: inout SeededRandom) -> [RecordSummary] {
        var records: [RecordSummary] = []
        var seconds = 0.0
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            seconds += Double.random(in: 0...30, using: &random)
            let parts = Int.random(in: 1...3, using: &random)
            for part in 1...parts {
                let isState = Int.random(in: 0..<5, using: &random) == 0
                records.append(
                    record(
                        UInt64(records.count + 1), at: seconds,
                        samples: isState ? 0 : Int.random(in: 1...900, using: &random), ends: part == parts))
            }
        }
        return records
    }

    /// Sends as the agent does: each record appears up to two seconds after its batch's clock was read, and the
    /// planner is asked at every record and every second.
    private static func sendLive(_ records: [RecordSummary], _ limits: RequestPlanner.Limits) -> [ClosedRange<UInt64>] {
        var planner = RequestPlanner(firstRecord: 1, limits: limits)
        var found: [ClosedRange<UInt64>] = []
        var now: Int64 = 0
        func drain() {
            while case .request(let request) = planner.next(bootNanoseconds: now, bootID: boot) {
                found.append(request.firstRecord...request.lastRecord)
            }
        }
        for record in records {
            let visible = record.bootNanoseconds + Int64(record.number % 3) * (second - 1)
            while now + second < visible {
                now += second
                drain()
            }
            now = max(now, visible)
            planner.add(record)
            drain()
        }
        return found
    }
}

extension Array {
    fileprivate func randomElement(using random: inout SeededRandom, or other: Element) -> Element {
        randomElement(using: &random) ?? other
    }
}
