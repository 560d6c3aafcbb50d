/// `Wayside-Hub`, which a wayside-hub sets on its answers to remote write: what it takes beyond the specification, as
/// words between commas. `out-of-order` says that samples may come in any order.
package enum HubHeader {
    package static let name = "Wayside-Hub"
    package static let value = "out-of-order"

    /// Whether a receiver that answered with this header takes samples in any order.
    package static func acceptsOutOfOrder(_ value: String?) -> Bool {
        guard let value else { return false }
        return value.split(separator: ",").contains { word in
            word.drop { $0 == " " }.lowercased().hasPrefix(HubHeader.value)
        }
    }
}
