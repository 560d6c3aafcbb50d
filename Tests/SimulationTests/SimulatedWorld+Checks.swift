import BatchRecord
import RingLog
import SimulatedSystem

@testable import WaysideAgent

/// What must hold after every operation, and at the end.
extension SimulatedWorld {
    func check() {
        guard let buffer else { return }
        let status = buffer.status
        checkSize()
        checkCursors(buffer)
        if status.problem.isEmpty && !keeper.hasProblem, let waiting = promises.oldestVolatile,
            now - waiting.takenNanoseconds >= max(1, plan.maximumLossMilliseconds) * 1_000_000
        {
            promises.violation("record \(waiting.record) has waited for a commit longer than max_loss")
        }
    }

    private func checkSize() {
        // A write that went astray may have made any file longer.
        guard plan.isDiskHonest else { return }
        let byteCount = disk.byteCounts.filter { $0.key.hasPrefix("segment") }.values.reduce(0, +)
        // A ring that was made smaller is so after the next commit.
        let limit = plan.segmentByteCount * plan.segmentCount
        if byteCount <= limit { allowedByteCount = limit }
        let isSettled = isHealing && promises.oldestVolatile == nil
        if byteCount > allowedByteCount || isSettled && byteCount > limit {
            promises.violation("the ring has \(byteCount) bytes, \(disk.byteCounts)")
        }
    }

    /// No cursor passes a sample that its receiver has not seen, nobody has refused and no gap names.
    private func checkCursors(_ buffer: AgentBuffer<SimulatedDisk>) {
        for destination in destinations {
            guard let cursor = try? buffer.read({ (ring) throws(RingError) in ring.cursor(of: destination.name) })
            else { continue }
            // While flash takes no writes, what the agent knows to be lost may not stand in the ring yet.
            let unwritten = buffer.status.problem.isEmpty ? [] : buffer.status.gaps
            while destination.checkedBatches < promises.batches.count {
                let batch = promises.batches[destination.checkedBatches]
                if batch.state != .lost {
                    guard batch.record > 0, batch.record <= cursor else { break }
                    let isKnownLost = unwritten.contains {
                        $0.firstRecord <= batch.record && batch.record <= $0.lastRecord
                    }
                    if isKnownLost { break }
                    if let missing = missing(batch, destination, durable: false), !hasDiskLied {
                        promises.violation(
                            "\(destination.name): the cursor stands at \(cursor), sample \(missing) of record "
                                + "\(batch.record) was never delivered")
                    }
                }
                destination.checkedBatches += 1
            }
        }
    }

    /// A sample of a batch that is neither delivered nor excused.
    func missing(_ batch: Promises.Batch, _ destination: SimulatedDestination, durable: Bool) -> Int? {
        let receipts = destination.receiver.receipts
        guard batch.state == .durable || batch.state == .volatile,
            let serial = batch.serials.first(where: { !receipts.has($0) && !receipts.refused.contains($0) }),
            !batch.isDamaged, !promises.isInGap(batch.record, durable: durable)
        else { return nil }
        return serial
    }

    /// Lets everything heal and drain, stops in order, and settles the account.
    func heal() throws {
        note("everything heals")
        isHealing = true
        disk.faults = [:]
        disk.permanentErrorNumber = nil
        disk.openErrorNumber = nil
        disk.byteLimit = .max
        refuge?.faults = [:]
        refuge?.permanentErrorNumber = nil
        refuge?.byteLimit = .max
        for destination in destinations { destination.network.weather = .fair }
        for _ in 0..<3000 where promises.violations.isEmpty {
            pass(milliseconds: 5000)
            try settle()
            if isDrained { break }
        }
        guard promises.violations.isEmpty else { return }
        try stop()
        guard promises.violations.isEmpty else { return }
        pass(milliseconds: 100_000)
        for destination in destinations { arrive(destination) }
        settleAccount()
    }

    /// Nothing but what is still gathering waits.
    private var isDrained: Bool {
        guard let buffer, buffer.status.problem.isEmpty, promises.oldestVolatile == nil else { return false }
        return destinations.allSatisfy { destination in
            guard destination.outstanding == nil,
                let cursor = try? buffer.read({ (ring) throws(RingError) in ring.cursor(of: destination.name) })
            else { return false }
            let last = promises.batches.last { $0.state != .lost }?.record ?? 0
            return cursor >= last
        }
    }

    private func settleAccount() {
        for destination in destinations {
            for batch in promises.batches where batch.state != .lost {
                guard let missing = missing(batch, destination, durable: true), !hasDiskLied else { continue }
                promises.violation(
                    "\(destination.name): sample \(missing) of record \(batch.record) is neither delivered nor in a gap"
                )
                break
            }
        }
        if !disk.isPowered { promises.violation("the world has not healed") }
        summary.samplesInGaps = promises.batches.reduce(0) {
            $0 + (promises.isInGap($1.record) ? $1.serials.count : 0)
        }
    }
}
