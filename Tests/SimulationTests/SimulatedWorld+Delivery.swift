import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem

@testable import WaysideAgent

/// What `Courier` does over sockets, over the simulated network.
extension SimulatedWorld {
    private static let stepsPerPump = 200

    /// Lets a destination do everything that is due now.
    func pump(_ destination: SimulatedDestination) {
        for _ in 0..<Self.stepsPerPump {
            arrive(destination)
            if let outstanding = destination.outstanding {
                guard worldMilliseconds >= outstanding.at else { return }
                hear(destination, outstanding)
            }
            if destination.isStopping { destination.dispatcher?.stop() }
            guard disk.isPowered,
                let step = destination.dispatcher?.next(
                    now: now, wall: clock.unixMilliseconds, random: random.next())
            else { return }
            // What a receiver has refused is known, even where the process has died since.
            takeNotices(destination)
            // The process is dead: it sends nothing any more.
            guard disk.isPowered else { return }
            noteDurable()
            switch step {
            case .send(let request): send(request, destination)
            case .wait: return
            case .finished:
                destination.dispatcher = nil
                return
            }
        }
    }

    private func send(_ request: OutgoingRequest, _ destination: SimulatedDestination) {
        summary.requests += 1
        let arrived = ArrivedRequest(request, promises)
        checkBoundaries(request, arrived, destination)
        let fate = destination.network.fate()
        if fate.answer != .receivers || fate.arrivalsMilliseconds != [0] { summary.networkFaults += 1 }
        for (index, delay) in fate.arrivalsMilliseconds.enumerated() {
            destination.add(
                SimulatedDestination.Arrival(
                    at: worldMilliseconds + delay, request: arrived,
                    isHeard: index == 0 && fate.answer == .receivers))
        }
        destination.outstanding = SimulatedDestination.Outstanding(
            request: arrived, answer: fate.answer, at: worldMilliseconds + fate.answerMilliseconds)
        note(
            "  \(destination.name): \(request.format) \(request.records.map { "\($0.first)-\($0.last) \($0.part)/\($0.partCount)" } ?? "") "
                + "retry \(request.retry), \(arrived.entries.count) samples: \(fate)")
    }

    /// Delivers what has come to the receiver by now, whether its sender still lives or not.
    func arrive(_ destination: SimulatedDestination) {
        while let first = destination.arrivals.first, first.at <= worldMilliseconds {
            destination.arrivals.removeFirst()
            let answer = destination.receiver.receive(
                first.request, unixMilliseconds: clock.unixMilliseconds, promises)
            if first.isHeard { destination.outstanding?.receivers = answer }
        }
    }

    private func hear(_ destination: SimulatedDestination, _ outstanding: SimulatedDestination.Outstanding) {
        destination.outstanding = nil
        let response: DeliveryResponse
        switch outstanding.answer {
        case .none:
            fail("connection reset", destination)
            return
        case .status(let status, let retryAfter):
            response = DeliveryResponse(status: status, retryAfterSeconds: retryAfter, firstLine: "injected")
            destination.noteAnswer(outstanding.request, isReceivers: false)
        case .receivers:
            guard let answer = outstanding.receivers else {
                fail("the receiver has ended", destination)
                return
            }
            response = DeliveryResponse(
                status: answer.status, writtenSamples: answer.written, firstLine: answer.firstLine,
                acceptsOutOfOrder: answer.acceptsOutOfOrder)
            destination.noteAnswer(outstanding.request, isReceivers: true)
        }
        destination.dispatcher?.answered(
            response, now: now, wall: clock.unixMilliseconds, random: random.next())
        takeNotices(destination)
    }

    private func fail(_ reason: String, _ destination: SimulatedDestination) {
        destination.dispatcher?.failed(
            reason, wasSent: true, now: now, wall: clock.unixMilliseconds, random: random.next())
        takeNotices(destination)
    }

    private func takeNotices(_ destination: SimulatedDestination) {
        for notice in destination.dispatcher?.takeNotices() ?? [] {
            note("  \(destination.name): \(notice)")
            if notice == .divided { noteDivision(destination) }
            guard case .dropped(let drop) = notice else { continue }
            let records = drop.request.firstRecord...drop.request.lastRecord
            guard let answered = destination.answered.last(where: { $0.records == records }) else {
                promises.violation("\(destination.name) dropped records \(records), which nobody had answered")
                continue
            }
            let missing = answered.request.entries.filter { !destination.receiver.receipts.has($0.serial) }
            let new = missing.filter {
                !destination.receiver.receipts.refused.contains($0.serial) && !promises.mayComeLate($0.serial)
            }
            for entry in missing { destination.receiver.receipts.refused.insert(entry.serial) }
            // Of a request that went in parts a restart knows nothing, nor does one that is planned anew because its start was
            // overwritten: sent whole, it is refused whole where a part was taken (Shipping's DESIGN.md, "When it fails").
            let wasSplit = destination.attempted.contains { $0.records.overlaps(records) && $0.wasSplit }
            let isExcused = wasSplit || hasDiskLied || destination.forgotten.contains { $0.overlaps(records) }
            if answered.isReceivers && !new.isEmpty && !isExcused {
                promises.violation(
                    "\(destination.name) had to refuse \(new.count) new samples of records \(drop.request.firstRecord) "
                        + "to \(drop.request.lastRecord), status \(drop.status)")
            }
            if drop.samples < missing.count {
                promises.violation(
                    "\(destination.name): \(missing.count) samples were dropped, \(drop.samples) counted")
            }
        }
    }

    /// From now on live data goes before the backlog: each lane is in order, and they are not to each other.
    private func noteDivision(_ destination: SimulatedDestination) {
        guard let buffer, let backlog = destination.dispatcher?.status.backlogRecords,
            let cursor = try? buffer.read({ (ring) throws(RingError) in ring.cursor(of: destination.name) })
        else { return promises.violation("\(destination.name): lanes without a backlog") }
        summary.divisions += 1
        let start = cursor + backlog + 1
        destination.laneStart = start
        let serial = promises.serials(of: start...(.max))?.lowerBound ?? promises.times.count
        destination.receiver.receipts.divide(at: serial)
    }

    private func hasLost(of records: ClosedRange<RecordNumber>) -> Bool {
        promises.batches.contains {
            records.contains($0.record) && ($0.state == .lost || $0.isGone || promises.wasInGap($0.record))
        }
    }

    /// Whether all of a request was tried before, or given up.
    private func hasNothingNew(_ arrived: ArrivedRequest, _ destination: SimulatedDestination) -> Bool {
        arrived.entries.allSatisfy { entry in
            destination.attempted.contains { $0.serials?.contains(entry.serial) ?? false }
                || promises.mayComeLate(entry.serial)
        }
    }

    /// Requests are whole, small enough, durable, and never mix what was tried with what is new.
    private func checkBoundaries(
        _ request: OutgoingRequest, _ arrived: ArrivedRequest, _ destination: SimulatedDestination
    ) {
        guard let buffer, let records = request.records else { return }
        let status = buffer.status
        if records.last > status.fill?.lastDurableRecord ?? 0 && status.problem.isEmpty {
            promises.violation("\(destination.name) is sent record \(records.last), which is not durable")
        }
        let range = records.first...records.last
        let inside = promises.batches.count { batch in
            range.contains(batch.record) && arrived.entries.contains { batch.serials.contains($0.serial) }
        }
        if arrived.entries.count > plan.sampleLimit && inside > 1 {
            promises.violation(
                "\(destination.name): a request of \(arrived.entries.count) samples in \(inside) batches")
        }
        let oldest = status.fill?.oldestRecord ?? 0
        // What was overwritten while it waited moves the beginning of the next.
        let cursor = try? buffer.read { (ring) throws(RingError) in ring.cursor(of: destination.name) }
        let isCut = (cursor ?? 0) + 1 < oldest
        // Where records are gone from the ring since, or came back into it from before a crash, a request begins or ends
        // elsewhere. Its samples may not stand beside others all the same.
        let mixed = destination.attempted.first { attempt in
            guard attempt.records != range, attempt.records.overlaps(range), attempt.records.lowerBound >= oldest,
                let serials = attempt.serials, let new = arrived.serials
            else { return false }
            let isOtherRing = attempt.records.upperBound == range.upperBound || hasLost(of: attempt.records)
            if isOtherRing && serials.contains(new.lowerBound) && serials.contains(new.upperBound) { return false }
            // What is left of several, or has come back, may be one request then.
            let isChanged = isCut || hasLost(of: attempt.records) || hasLost(of: range)
            if isChanged && hasNothingNew(arrived, destination) { return false }
            return arrived.entries.contains { serials.contains($0.serial) }
        }
        // Where a record was damaged between two tries, the ring is not the same for both.
        let isDamaged = promises.batches.contains {
            $0.isDamaged && (range.contains($0.record) || mixed?.records.contains($0.record) ?? false)
        }
        if let mixed, !hasDiskLied, !isDamaged, !destination.forgotten.contains(where: { $0.overlaps(range) }) {
            promises.violation("\(destination.name) is sent records \(range) after \(mixed.records)")
        }
        let isExcused =
            !status.problem.isEmpty || keeper.hasProblem || disk.permanentErrorNumber != nil
            || disk.openErrorNumber != nil || !disk.faults.isEmpty && isStopping
        destination.note(
            SimulatedDestination.Attempt(
                records: range, serials: promises.serials(of: range), isExcused: isExcused,
                wasSplit: records.partCount > 1))
        if destination.attempted.count > 400 { destination.attempted.removeFirst(200) }
    }
}
