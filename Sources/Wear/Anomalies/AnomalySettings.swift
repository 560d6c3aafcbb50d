/// How one quantity of some devices is watched: `devices.anomalies` in the settings.
package struct AnomalySettings: Sendable {
    package struct RobustZ: Sendable {
        /// How many of the last values one is held against.
        package var window = 120
        package var threshold = 3.5

        package init() {}
    }

    package struct Ewma: Sendable {
        package var smoothing = 0.2
        package var limit = 3.0

        package init() {}
    }

    package struct Cusum: Sendable {
        package var allowance = 0.5
        package var decision = 5.0

        package init() {}
    }

    package var device: IDPattern
    package var quantity: String
    /// Nil for every channel.
    package var channel: String?
    /// How many values EWMA and CUSUM learn from before they judge, unless target and sigma are given.
    package var baselineCount = 100
    /// What EWMA and CUSUM hold to be normal; learned as median and MAD / 0.6745 where it is not given.
    package var target: Double?
    package var sigma: Double?
    package var robustZ: RobustZ?
    package var ewma: Ewma?
    package var cusum: Cusum?

    /// The bounds of `RobustZ.window` and `baselineCount`.
    package static let leastWindow = 8
    package static let windowLimit = 1024

    package init(device: IDPattern, quantity: String, channel: String? = nil) {
        self.device = device
        self.quantity = quantity
        self.channel = channel
    }
}
