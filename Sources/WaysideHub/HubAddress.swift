/// Where a hub is reached.
package enum HubAddress {
    /// The address of the hub that these settings are for.
    package static func own(_ settings: HubSettings) -> String {
        "\(settings.listenerTLS == nil ? "http" : "https")://\(settings.listen)"
    }
}
