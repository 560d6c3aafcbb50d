/// What a receiver's answers have taught, the same for all lanes to it.
package struct ReceiverFacts: Sendable, Hashable {
    package internal(set) var version: ProtocolVersion
    /// Whether it takes samples in any order, by its own word.
    package internal(set) var acceptsOutOfOrder = false
    /// Whether it has answered a 2.0 request with Written headers.
    var isTwoConfirmed = false
    /// When `auto` last gave up 2.0.
    var fellBackAt: Int64?
    /// The least number of samples that was too large for it, so that later requests start in parts.
    var tooLargeSampleCount = Int.max

    init(_ choice: ProtocolChoice) {
        switch choice {
        case .auto: version = .two
        case .only(let only): version = only
        }
    }
}
