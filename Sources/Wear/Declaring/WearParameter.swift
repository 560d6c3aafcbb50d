/// A number that a wear model is told.
package struct WearParameter: Sendable {
    package let name: String
    package let range: ClosedRange<Double>
    let isRequired: Bool

    init(_ name: String, _ range: ClosedRange<Double>, isRequired: Bool = false) {
        self.name = name
        self.range = range
        self.isRequired = isRequired
    }
}
