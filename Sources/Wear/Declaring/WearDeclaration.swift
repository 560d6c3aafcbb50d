internal import DeviceProtocol

/// What settings or a device's birth say of one wearing part of a machine: which model, by which reading, with which
/// parameters. Plain words, not checked yet: `WearModel` does that. Models and parameters: MODELS.md.
package struct WearDeclaration: Hashable, Sendable {
    /// The part's name: letters, digits and `_ - . :`, at most 48 bytes.
    package var component: String
    /// The name of a `WearModelKind`.
    package var model: String
    /// The quantity of the reading it goes by.
    package var quantity: String?
    /// The reading's channel; nil for the first by name that the device sends.
    package var channel: String?
    /// Numbers by name; at most `parameterLimit`.
    package var parameters: [String: Double]
    /// The reading of the rotational speed, where a bearing's load is a reading too.
    package var speedQuantity: String?
    package var speedChannel: String?

    package static let componentByteLimit = ProtocolLimits.wordByteLimit
    package static let parameterLimit = ProtocolLimits.parameterLimit
    package static let textByteLimit = ProtocolLimits.quantityByteLimit

    package init(
        component: String, model: String, quantity: String? = nil, channel: String? = nil,
        parameters: [String: Double] = [:], speedQuantity: String? = nil, speedChannel: String? = nil
    ) {
        self.component = component
        self.model = model
        self.quantity = quantity
        self.channel = channel
        self.parameters = parameters
        self.speedQuantity = speedQuantity
        self.speedChannel = speedChannel
    }

    /// Whether a text may name a component, by the protocol's rule.
    package static func isComponent(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes(ProtocolLimits.isComponent)
    }

    /// Whether every text and list is within its limit, as a state record needs it.
    var isWithinLimits: Bool {
        let texts = [quantity, channel, speedQuantity, speedChannel].compactMap { $0 } + [model] + parameters.keys
        return WearDeclaration.isComponent(component) && parameters.count <= WearDeclaration.parameterLimit
            && texts.allSatisfy { $0.utf8.count <= WearDeclaration.textByteLimit }
    }
}
