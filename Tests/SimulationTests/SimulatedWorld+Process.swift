import BatchRecord
import MetricModel
import RingLog
import Shipping
import SimulatedSystem
import TestValues

@testable import WaysideAgent

/// The life of the agent's process: starts, upkeep, and the three ways to end.
extension SimulatedWorld {
    private static let machine = RingID(high: 7, low: 7)

    private var bufferSettings: BufferSettings {
        BufferSettings(
            byteCount: plan.segmentByteCount * plan.segmentCount,
            maximumLoss: .milliseconds(plan.maximumLossMilliseconds), memoryByteCount: plan.memoryByteCount,
            segmentByteCount: plan.segmentByteCount)
    }

    /// Starts the agent on what the disk holds. Opening writes nothing, so failures during it are for RingLog's own
    /// tests.
    func start() throws {
        let (faults, permanent, opening) = (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber)
        (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber) = ([:], nil, nil)
        defer { (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber) = (faults, permanent, opening) }
        let buffer = try AgentBuffer(
            disk: disk, refuge: refuge, lock: nil, settings: bufferSettings, machineID: Self.machine,
            newRingID: RingID(high: random.next(), low: random.next()), destinations: destinations.map(\.name),
            gaps: GapOrigin(scope: SeriesScope(["job": "wayside-agent", "instance": "gateway"]), clock: reading))
        self.buffer = buffer
        ringID = buffer.ringID
        firstRecordOfRun = buffer.status.lastRecord + 1
        isCountExcused = true
        isStopping = false
        // Files that were removed may be there again, until the next commit.
        allowedByteCount = max(allowedByteCount, disk.byteCount)
        keeper = KeeperRounds()
        keeper.nextCursor = now + KeeperRounds.cursorNanoseconds
        keeper.nextSnapshot = now + KeeperRounds.snapshotNanoseconds
        producer = SimulatedProducer(promises)
        for destination in destinations {
            var settings = DispatchSettings(
                name: destination.name, protocolChoice: .auto, bootID: bootID,
                batchForNanoseconds: plan.batchForMilliseconds * 1_000_000)
            settings.limits.sampleLimit = plan.sampleLimit
            settings.newestFirst = plan.newestFirst
            settings.acceptsOutOfOrder = destination.receiver is PlainReceiver
            destination.dispatcher = DestinationDispatcher(settings, buffer: buffer)
            destination.outstanding = nil
            destination.isStopping = false
        }
    }

    /// One round of the keeper, where something is due.
    func keep() {
        guard let buffer, now >= keeper.nextTry else { return }
        do {
            let isInTrouble = keeper.hasProblem || !buffer.status.problem.isEmpty
            if isInTrouble {
                keeper.isPreparing = true
                try buffer.commitAfterFailure()
                acknowledgeAll()
            }
            try work(buffer)
            keeper.hasProblem = false
            keeper.retryNanoseconds = KeeperRounds.firstRetryNanoseconds
        } catch {
            note("  keeper: \(error)")
            keeper.hasProblem = true
            keeper.nextTry = now + keeper.retryNanoseconds
            keeper.retryNanoseconds = min(2 * keeper.retryNanoseconds, KeeperRounds.longestRetryNanoseconds)
        }
    }

    private func work(_ buffer: AgentBuffer<SimulatedDisk>) throws {
        if keeper.isPreparing && random.oneIn(3) { keeper.isPreparing = try buffer.prepareStep() }
        try buffer.commitIfDue(bootNanoseconds: now)
        noteDurable()
        if now >= keeper.nextCursor {
            keeper.nextCursor = now + KeeperRounds.cursorNanoseconds
            try buffer.writeCursor()
        }
        if now >= keeper.nextSnapshot {
            keeper.nextSnapshot = now + KeeperRounds.snapshotNanoseconds
            try writeSnapshot(buffer)
        }
    }

    private func writeSnapshot(_ buffer: AgentBuffer<SimulatedDisk>) throws {
        let record = StateRecord(
            owner: "intake", lastAppliedRecord: buffer.status.lastRecord,
            payload: [UInt8](repeating: 3, count: Int.random(in: 1...3000, using: &random)))
        try buffer.append(record, bootNanoseconds: now)
        acknowledgeAll()
    }

    /// A commit has succeeded.
    func acknowledgeAll() {
        scan()
        promises.acknowledgeAll(through: buffer?.status.fill?.lastDurableRecord ?? 0)
    }

    /// A commit may have succeeded inside of something else.
    func noteDurable() {
        scan()
        promises.acknowledge(through: buffer?.status.fill?.lastDurableRecord ?? 0)
    }

    // MARK: Ends

    func end() throws {
        switch Int.random(in: 0..<6, using: &random) {
        // Readers see what a failed synchronisation has not written, so a killed process would go on with it: one of
        // RingLog's known limits.
        case 0 where !disk.hasLostWrites, 1 where !disk.hasLostWrites: try kill()
        case 2: try stop()
        case 3:
            let broken = random.oneIn(2) ? refuge ?? disk : disk
            let operation = broken.operationCount + Int.random(in: 0..<12, using: &random)
            note("the power will be cut before operation \(operation)\(broken === disk ? "" : " of the refuge")")
            broken.faults[operation] = .cutsPower
        default: try cutPower()
        }
    }

    func kill() throws {
        note("killed")
        summary.kills += 1
        // What waits for flash to take writes again is in memory alone. The dying disk's own errors are no such trouble,
        // so what counts is how things were before; the fault that ends the process is one.
        let isHealthy = faultCountInHealth.map { disk.faultCount <= $0 + (disk.isPowered ? 0 : 1) } ?? false
        buffer = nil
        disk.restart()
        pass(milliseconds: Int64.random(in: 100...30_000, using: &random))
        try restart(keepsVolatile: isHealthy)
    }

    func noteHealth() {
        let isHealthy = buffer.map { $0.status.problem.isEmpty } ?? false
        faultCountInHealth = isHealthy && !keeper.hasProblem ? disk.faultCount : nil

    }

    func cutPower() throws {
        note("the power is cut")
        summary.powerCuts += 1
        buffer = nil
        disk.faults = [:]
        disk.cutPower()
        refuge?.faults = [:]
        refuge?.cutPower()
        bootCount += 1
        pass(milliseconds: Int64.random(in: 1000...300_000, using: &random))
        clock = SimulatedClock(
            bootNanoseconds: Int64.random(in: 5...60, using: &random) * 1_000_000_000,
            unixMilliseconds: clock.unixMilliseconds)
        try restart(keepsVolatile: false)
    }

    /// The disk is dead in the middle of something: a power cut, or the process was killed.
    func crash() throws {
        let manner = crashManner ?? (random.oneIn(2) ? .powerCut : .kill)
        if disk.hasLostWrites || manner == .powerCut { try cutPower() } else { try kill() }
    }

    /// An orderly stop, with new settings now and then.
    func stop() throws {
        note("stopped")
        guard let buffer else { return }
        isStopping = true
        for destination in destinations { destination.isStopping = true }
        for _ in 0..<200 where disk.isPowered && destinations.contains(where: { $0.dispatcher != nil }) {
            for destination in destinations where disk.isPowered { pump(destination) }
            pass(milliseconds: 500)
        }
        guard disk.isPowered else { return try crash() }
        if destinations.contains(where: { $0.dispatcher != nil }) { promises.violation("a stop does not end") }
        do {
            try writeSnapshot(buffer)
            try buffer.commit()
            acknowledgeAll()
            try buffer.writeCursor()
        } catch {
            note("  at the end: \(error)")
            guard disk.isPowered && !disk.hasLostWrites else { return try crash() }
        }
        buffer.unlock()
        guard disk.isPowered else { return try crash() }
        summary.stops += 1
        if !isHealing && random.oneIn(3) { resize() }
        self.buffer = nil
        pass(milliseconds: 1000)
        try restart(keepsVolatile: false)
    }

    private func resize() {
        plan.segmentCount = Int.random(in: 2...6, using: &random)
        allowedByteCount = max(allowedByteCount, plan.segmentByteCount * plan.segmentCount)
        note("the ring is to have \(plan.segmentCount) segments")
    }

    private func restart(keepsVolatile: Bool) throws {
        let before = ringID
        let opening = disk.openErrorNumber
        disk.openErrorNumber = nil
        defer { disk.openErrorNumber = opening }
        try checkOpeningTwice()
        try start()
        guard let buffer else { return }
        let isExempt = hasDiskLied
        var failure: (any Error)?
        try buffer.read { (ring) throws(RingError) in
            do {
                try promises.compare(with: ring, keepsVolatile: keepsVolatile, isExempt: isExempt) { batch in
                    destinations.allSatisfy { missing(batch, $0, durable: true) == nil }
                }
            } catch { failure = error }
            for destination in destinations {
                destination.forgotten += destination.attempted.filter(\.isExcused).map(\.records)
                // A request whose start was overwritten while nobody knew how far it had come is planned anew from what
                // is left: one of the coincidences that Shipping's DESIGN.md names.
                if (ring.cursor(of: destination.name) ?? 0) + 1 < ring.oldestRecord {
                    destination.forgotten += destination.attempted.map(\.records)
                }
                destination.attempted.removeAll {
                    $0.records.upperBound > ring.lastRecord || before != ring.ringID || $0.isExcused
                }
                // A live lane that nobody had acknowledged anything of is forgotten, and what it tried planned anew.
                if let start = destination.laneStart, ring.stretchAhead(of: destination.name)?.lowerBound != start,
                    (ring.cursor(of: destination.name) ?? 0) + 1 < start
                {
                    // The backlog's last request ended where no rule of boundaries would end it again.
                    let tried = destination.attempted.map(\.records)
                    let end = tried.map(\.upperBound).filter { $0 < start }.max() ?? start
                    destination.forgotten += tried.filter { $0.upperBound >= end }
                }
                if before != ring.ringID { (destination.forgotten, destination.laneStart) = ([], nil) }
            }
        }
        if let failure { throw failure }
        if let before, before != ringID { note("  a new ring") }
        note("  started: records \(buffer.status.fill?.oldestRecord ?? 0) to \(buffer.status.lastRecord)")
    }

    private func checkOpeningTwice() throws {
        guard random.oneIn(4) else { return }
        let (faults, permanent, opening) = (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber)
        (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber) = ([:], nil, nil)
        defer { (disk.faults, disk.permanentErrorNumber, disk.openErrorNumber) = (faults, permanent, opening) }
        let settings = RingSettings(
            byteCount: plan.segmentByteCount * plan.segmentCount, segmentByteCount: plan.segmentByteCount,
            policy: .overwriteOldest, machineID: Self.machine, newRingID: RingID(high: 1, low: 1))
        let (before, memory) = (disk.image, refuge?.image)
        let first = try RingLog(opening: disk, refuge: refuge, settings: settings)
        let second = try RingLog(opening: disk, refuge: refuge, settings: settings)
        if first.recovery != second.recovery || first.lastRecord != second.lastRecord || first.fill != second.fill
            || disk.image != before || refuge?.image != memory
        {
            promises.violation("opening twice does not give the same")
        }
    }
}
