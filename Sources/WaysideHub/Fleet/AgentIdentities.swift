internal import MetricModel

/// Which agent ids a request may write as: those that belong to whom its password, token or certificate names.
struct AgentIdentities: Sendable {
    /// What a request's agent id is worth.
    enum Claim: Hashable, Sendable {
        /// Nobody has to prove anything here, or the request names no agent.
        case unproven
        /// It belongs to who sent the request; `memory` is what the sender's requests are remembered by.
        case proven(memory: String)
        case refused(Refusal)
    }

    /// The id's owner would be another.
    struct Refusal: Hashable, Sendable {
        /// The raw values are the label `reason` of a metric.
        enum Reason: String, CaseIterable, Sendable {
            /// Without an entry in `fleet.identities` only the own name is allowed.
            case otherName = "other_name"
            /// The entry in `fleet.identities` does not list it.
            case notListed = "not_listed"
            /// The certificate has neither a common name nor a DNS name.
            case namelessCertificate = "nameless_certificate"
            /// Agents have to prove who they are here, and it has not tried.
            case unproven
            /// It is no agent's id at all.
            case malformed
        }

        let reason: Reason
        let identity: String
        let agent: String

        /// Names both, and what to change.
        var description: String {
            switch reason {
            case .otherName:
                "\"\(identity)\" may not write as agent \"\(agent)\": set agent.id to \(identity) in the agent's "
                    + "settings, or list the id in the hub's as fleet.identities: {\(identity): [\(agent)]}"
            case .notListed:
                "\"\(identity)\" may not write as agent \"\(agent)\": the hub's fleet.identities.\(identity) does not "
                    + "list it; add it there, or set agent.id in the agent's settings to one that is listed"
            case .namelessCertificate:
                "a certificate without common name and DNS name may not write as agent \"\(agent)\": "
                    + "issue one whose common name is the agent.id"
            case .unproven:
                "an agent without a client certificate may not write as \"\(agent)\": give it one in "
                    + "remote_write[].tls_config, with the agent.id for its common name"
            case .malformed:
                "the field Wayside-Agent of \"\(identity)\" is no agent's id; agent.id has 1 to 128 printable "
                    + "characters of ASCII without spaces"
            }
        }
    }

    /// By name. That is whatever a certificate says, so it is told by its bytes; ids are ASCII.
    private let listed: [ExactText: Set<String>]
    private let isBinding: Bool

    /// `listed` has the ids of those names that may write as others than themselves. `isBinding` says that the listener
    /// asks for proof, so that an agent which has not given any, where it may go without, is nobody's.
    init(_ listed: [String: Set<String>], isBinding: Bool = true) {
        self.listed = Dictionary(
            listed.map { (ExactText($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.isBinding = isBinding
    }

    /// What a request's claim to be `agent` is worth. `names` are those that its sender has proven, nil where it was
    /// not asked to prove any.
    func claim(_ agent: String?, by names: [String]?) -> Claim {
        guard let agent else { return .unproven }
        guard isBinding || names != nil else { return .unproven }
        // First of all, since a refusal is remembered and logged: not what anybody writes at any length.
        guard AgentIdentities.isAgentID(agent) else {
            return .refused(Refusal(reason: .malformed, identity: names?.first ?? "", agent: ""))
        }
        guard let names else { return .refused(Refusal(reason: .unproven, identity: "", agent: agent)) }
        // Two may share an id by the settings, and still one must not make the hub drop what the other sends: so it
        // is remembered by both. An id has no space in it, so that no two pairs read alike.
        if let owner = names.first(where: { allows($0, agent) }) { return .proven(memory: owner + " " + agent) }
        guard let name = names.first else {
            return .refused(Refusal(reason: .namelessCertificate, identity: "", agent: agent))
        }
        let isListed = names.contains { listed[ExactText($0)] != nil }
        return .refused(Refusal(reason: isListed ? .notListed : .otherName, identity: name, agent: agent))
    }

    private func allows(_ name: String, _ agent: String) -> Bool {
        if let agents = listed[ExactText(name)] { return agents.contains(agent) }
        return name.hasEqualBytes(agent)
    }

    /// The same as what the agent takes for `agent.id`.
    static func isAgentID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
