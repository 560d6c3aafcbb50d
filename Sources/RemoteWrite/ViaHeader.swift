/// `Wayside-Via`, the hubs that have passed a request on, oldest first: `hub-a, hub-b`. A hub adds itself when it relays,
/// and takes no request that it has relayed before or that has passed too many, so that hubs which relay to each other
/// in a circle send nothing round for ever.
package struct ViaHeader: Sendable, Hashable {
    package static let name = "Wayside-Via"
    /// How many hubs a request may have passed when it arrives.
    package static let hopLimit = 8
    /// No value is longer: the names of as many hubs, and what stands between.
    private static let byteLimit = 8 * 130

    /// Why a request is not taken.
    package enum Refusal: Error, Hashable, Sendable {
        /// This hub has passed it on already.
        case loop(hub: String, via: String)
        case tooManyHops(count: Int)
        /// Longer than any value that a hub writes, or with something else than names in it.
        case malformed
    }

    /// The hubs' names, in the order in which the request came by; none where a sender is no hub.
    package let hubs: [String]

    /// Reads a request's header as the hub named `own`.
    package init(_ value: String?, arrivingAt own: String) throws(Refusal) {
        guard let value else {
            hubs = []
            return
        }
        guard value.utf8.count <= ViaHeader.byteLimit else { throw .malformed }
        let names = value.split(separator: ",", omittingEmptySubsequences: false).map(HeaderText.trim)
        guard names.allSatisfy({ ViaHeader.isHubName($0) }) else { throw .malformed }
        guard !names.contains(where: { $0 == own }) else { throw .loop(hub: own, via: value) }
        guard names.count <= ViaHeader.hopLimit else { throw .tooManyHops(count: names.count) }
        hubs = names.map(String.init)
    }

    /// The value behind this hub, as it is sent on.
    package func value(passing own: String) -> String { (hubs + [own]).joined(separator: ", ") }

    /// What a hub may be called: 1 to 128 printable characters of ASCII without spaces and commas.
    package static func isHubName(_ text: some StringProtocol) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") }
    }
}

extension ViaHeader.Refusal: CustomStringConvertible {
    /// One line for the body of the 400 answer, which the sending hub's log shows.
    package var description: String {
        switch self {
        case .loop(let hub, let via):
            "hub \"\(hub)\" has relayed this request before (\(ViaHeader.name): \(via)): the relay settings of these hubs "
                + "lead in a circle, or two of them have the same hub.id"
        case .tooManyHops(let count):
            "the request has passed \(count) hubs, at most \(ViaHeader.hopLimit) may relay it: do the relay settings lead "
                + "in a circle?"
        case .malformed: "the field \(ViaHeader.name) is not a list of hubs' names"
        }
    }
}
