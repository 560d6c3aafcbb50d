import RemoteWrite
import Testing

@Suite struct ViaHeaderTests {
    @Test func aHubAddsItselfAndIsFoundAgain() throws {
        let first = try ViaHeader(nil, arrivingAt: "hub-a").value(passing: "hub-a")
        #expect(first == "hub-a")
        let second = try ViaHeader(first, arrivingAt: "hub-b").value(passing: "hub-b")
        #expect(second == "hub-a, hub-b")
        #expect(throws: ViaHeader.Refusal.loop(hub: "hub-a", via: second)) {
            try ViaHeader(second, arrivingAt: "hub-a")
        }
    }

    @Test func noMoreThanEightHubsAndNothingButNames() throws {
        let eight = (1...8).map { "h\($0)" }.joined(separator: ",")
        #expect(try ViaHeader(eight, arrivingAt: "x").hubs.count == 8)
        #expect(throws: ViaHeader.Refusal.tooManyHops(count: 9)) { try ViaHeader(eight + ",h9", arrivingAt: "x") }
        for text in ["", "a,,b", "a b", "\u{e9}", String(repeating: "a", count: 2000)] {
            #expect(throws: ViaHeader.Refusal.malformed) { try ViaHeader(text, arrivingAt: "x") }
        }
    }
}
