internal import MetricModel

/// The series of one disk's projected life: the figure, or a 1 under the reason why there is none.
struct ProjectionSeries {
    /// The two families of a kind of disk.
    struct Families {
        let seconds: MetricFamily
        let missing: MetricFamily

        init(prefix: String) {
            seconds = MetricFamily(
                "\(prefix)_projected_life_seconds", .gauge,
                help: "How long the device lasts at least if it goes on being written to as in the last day.",
                unit: "seconds",
                labels: ["device"])
            missing = MetricFamily(
                "\(prefix)_projected_life_missing", .gauge, help: "1 for the reason why no life is projected.",
                labels: ["device", "reason"])
        }
    }

    private let families: Families
    private let device: String
    private var last: LifeProjection?
    private(set) var series: Series?

    init(_ families: Families, device: String) {
        self.families = families
        self.device = device
    }

    mutating func give(_ projection: LifeProjection, _ output: inout CollectorOutput) {
        let isSameSeries =
            switch (projection, last) {
            case (.seconds, .seconds): true
            case (.missing(let reason), .missing(let lastReason)): reason == lastReason
            default: false
            }
        if !isSameSeries {
            if let series { output.forget([series]) }
            series =
                switch projection {
                case .seconds: output.series(families.seconds, [device])
                case .missing(let reason): output.series(families.missing, [device, reason.rawValue])
                }
        }
        last = projection
        if case .seconds(let seconds) = projection {
            output.append(series, seconds)
        } else {
            output.append(series, 1)
        }
    }
}
