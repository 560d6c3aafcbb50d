import Testing

@testable import WaysideHub

@Suite struct AgentIdentitiesTests {
    private let identities = AgentIdentities([
        "gateway-user": ["gw-7", "gw-8"], "reader": [], "Plant 3": ["gw 9", "gw-9"],
    ])

    private func refused(_ agent: String, _ names: [String]) -> AgentIdentities.Refusal.Reason? {
        if case .refused(let refusal) = identities.claim(agent, by: names) { return refusal.reason }
        return nil
    }

    @Test func nobodyHasToProveWhatIsNotAsked() {
        let open = AgentIdentities([:], isBinding: false)
        #expect(open.claim("gw-7", by: nil) == .unproven)
        #expect(open.claim(nil, by: nil) == .unproven)
        // Where certificates are asked for and may be left out, who leaves his out is no agent.
        if case .refused(let refusal) = identities.claim("gw-7", by: nil) {
            #expect(refusal.reason == .unproven)
            #expect(refusal.description.contains("remote_write[].tls_config"))
        } else {
            Issue.record("it is refused")
        }
        // What is remembered and logged of who has proven nothing is no longer than an id.
        let long = identities.claim(String(repeating: "a", count: 8000), by: nil)
        #expect(long == .refused(.init(reason: .malformed, identity: "", agent: "")))
        // A sender that names no agent, such as Prometheus, is not bound to one.
        #expect(identities.claim(nil, by: ["reader"]) == .unproven)
    }

    @Test func aNameIsItsOwnAgent() {
        #expect(identities.claim("gw-7", by: ["gw-7"]) == .proven(memory: "gw-7 gw-7"))
        #expect(identities.claim("gw-7", by: ["plant", "gw-7"]) == .proven(memory: "gw-7 gw-7"))
        for other in ["gw-8", "gw-77", "gw-", "GW-7", "gw-7.example"] {
            #expect(refused(other, ["gw-7"]) == .otherName)
        }
        #expect(refused("gw-7", []) == .namelessCertificate)
    }

    /// An entry says all that a name may, its own not included.
    @Test func anEntryTakesThePlaceOfTheName() {
        #expect(identities.claim("gw-7", by: ["gateway-user"]) == .proven(memory: "gateway-user gw-7"))
        #expect(identities.claim("gw-8", by: ["gateway-user"]) == .proven(memory: "gateway-user gw-8"))
        #expect(refused("gateway-user", ["gateway-user"]) == .notListed)
        #expect(refused("reader", ["reader"]) == .notListed)
        #expect(refused("gw-9", ["gateway-user"]) == .notListed)
    }

    /// Unicode calls the sign for kelvin and the letter K equivalent, and Swift's texts are then equal: a certificate for
    /// the one is none for the other.
    @Test func aNameIsItsBytes() {
        let kelvin = "gw-\u{212a}"
        #expect(refused("gw-K", [kelvin]) == .otherName)
        let listed = AgentIdentities(["caf\u{e9}": ["gw-7"]])
        #expect(listed.claim("gw-7", by: ["caf\u{e9}"]) == .proven(memory: "caf\u{e9} gw-7"))
        guard case .refused(let refusal) = listed.claim("gw-7", by: ["cafe\u{301}"]) else {
            Issue.record("the entry is another's")
            return
        }
        #expect(refusal.reason == .otherName)
    }

    /// Two that share an id are remembered apart, and no two pairs are remembered alike.
    @Test func whoSharesAnIDIsRememberedApart() {
        let own = identities.claim("gw-7", by: ["gw-7"])
        let shared = identities.claim("gw-7", by: ["gateway-user"])
        #expect(own != shared)
        // An id with a space in it could read as part of a name.
        #expect(refused("gw 9", ["Plant 3"]) == .malformed)
        #expect(refused("", ["gw-7"]) == .malformed)
        #expect(refused("gw\u{e4}", ["gw\u{e4}"]) == .malformed)
        #expect(refused(String(repeating: "a", count: 129), ["a"]) == .malformed)
    }

    @Test func aRefusalNamesBothAndTheSettingToChange() {
        guard case .refused(let other) = identities.claim("gw-8", by: ["gw-7"]),
            case .refused(let listed) = identities.claim("gw-9", by: ["gateway-user"])
        else {
            Issue.record("both are refused")
            return
        }
        #expect(other.description.contains("\"gw-7\" may not write as agent \"gw-8\""))
        #expect(other.description.contains("fleet.identities: {gw-7: [gw-8]}"))
        #expect(other.description.contains("agent.id to gw-7"))
        #expect(listed.description.contains("fleet.identities.gateway-user"))
    }
}
