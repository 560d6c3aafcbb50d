/// A part of a machine that wears, as its device's birth message declares it: plain values, checked for form only.
package struct DeclaredWear: Sendable, Equatable {
    /// The part: 1 to 48 letters, digits and `_ - . :`.
    package let component: String
    /// The wear model's name; whether there is such a model is for others to say.
    package let model: String
    /// The quantity that it wears by, as readings name it; empty where the model needs none.
    package let quantity: String
    /// That quantity's channel; empty where there is one.
    package let channel: String
    /// The model's parameters by name, at most 16, all finite.
    package let parameters: [String: Double]

    package init(
        component: String, model: String, quantity: String, channel: String, parameters: [String: Double]
    ) {
        self.component = component
        self.model = model
        self.quantity = quantity
        self.channel = channel
        self.parameters = parameters
    }
}
