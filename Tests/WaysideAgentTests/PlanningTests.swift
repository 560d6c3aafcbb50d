import RemoteWrite
import RingLog
import Testing

@testable import WaysideAgent

/// The ring is read for the planner in pieces, so that a long backlog takes no memory.
@Suite struct PlanningTests {
    private struct Sent: Equatable {
        let records: RecordsHeader?
        let at: Int64
    }

    /// What is sent after an outage of 150 ticks, 35 of them to a request.
    private func catchUp(planByteLimit: Int) throws -> [Sent] {
        let world = try ScriptedDelivery(seed: 3, batchFor: 600) { $0.planByteLimit = planByteLimit }
        world.answer = { _ in nil }
        try world.run(ticks: 150)
        let before = world.requests.count
        world.answer = { ScriptedDelivery.hub($0) }
        try world.run(ticks: 20)
        #expect(world.missing.count < 50 * ScriptedDelivery.seriesCount)
        return world.requests.dropFirst(before).map { Sent(records: $0.records, at: $0.at) }
    }

    /// Neither where requests end nor when they go depends on how much is read at once.
    @Test func piecesChangeNothing() throws {
        let whole = try catchUp(planByteLimit: 4 << 20)
        #expect(whole.count >= 4)
        #expect(try catchUp(planByteLimit: 64) == whole)
    }
}
